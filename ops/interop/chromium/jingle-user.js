// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
// Runs in a page: one XMPP user whose client is stanza, which speaks Jingle and translates it from and to SDP.
// Bundled by browser.mjs. The page, not the library, speaks Jingle Message Initiation (XEP-0353).
import { createClient } from 'stanza';
import { NS_JINGLE_RTP_1 } from 'stanza/Namespaces';
import { attribute, multipleChildAttribute } from 'stanza/jxt';
import { wrapTransports } from './data-channel.js';
import { Connection, isOf } from './peer-connection.js';

const MESSAGES = ['propose', 'ringing', 'proceed', 'reject', 'retract', 'finish'];
const STANZAS = MESSAGES.map((element) => ({
  element, namespace: 'urn:xmpp:jingle-message:0', path: `message.${element}`,
  fields: { id: attribute('id'), media: multipleChildAttribute(NS_JINGLE_RTP_1, 'description', 'media') },
}));

class JingleUser {
  // habits: "unbundled" (no BUNDLE), "ipv4" or "ipv6" (of that family only), "data" (a data channel beside the call),
  // "wrapped" (the transport of data channels around that of ICE)
  constructor(url, jid, password, habits) {
    this.habits = habits;
    this.raw = [];
    this.errors = [];
    this.waiting = [];
    this.happened = [];
    this.xmpp = createClient({
      jid, password, allowResumption: false, autoReconnect: false, timeout: 20,
      transports: { websocket: url, bosh: false },
      jingle: {
        iceServers: [], bundlePolicy: 'max-compat',
        createPeerConnection: (_, configuration) => (this.connection = new Connection(configuration, habits)),
      },
    });
    this.xmpp.stanzas.define(STANZAS);
    if (habits.includes('wrapped')) wrapTransports(this.xmpp.stanzas);
    this.listen();
  }

  listen() {
    this.xmpp.on('raw:*', (way, data) => this.raw.push(`${way} ${data}`));
    this.xmpp.jingle.on('log', (level, ...what) => level === 'error' && this.errors.push(what.map(text).join(' ')));
    this.xmpp.on('subscribe', ({ from }) => this.xmpp.acceptSubscription(from));
    this.xmpp.on('available', ({ from }) => this.happen('available', { from }));
    this.xmpp.on('message', (message) => MESSAGES.filter((name) => message[name]).forEach(
      (name) => this.happen(name, { from: message.from, ...message[name] })));
    this.xmpp.on('jingle:created', (session) => this.form(session));
    this.xmpp.on('jingle:incoming', (session) => this.happen('incoming', { session }));
    this.xmpp.on('jingle:ringing', () => this.happen('session-ringing', {}));
    this.xmpp.jingle.on('receivedFile', (_, file) => this.happen('file', { file }));
    this.xmpp.on('jingle:terminated', (_, reason) => this.happen('terminated', { reason: reason?.condition }));
  }

  // Gives a session of the library's the habits of this user.
  form(session) {
    this.session = session;
    const family = this.habits.find((habit) => habit.startsWith('ipv'));
    const onIceCandidate = session.onIceCandidate.bind(session);
    session.onIceCandidate = (event) => isOf(family, event.candidate?.candidate) && onIceCandidate(event);
    const send = session.send.bind(session);
    session.send = (action, data) => send(action, this.habits.includes('unbundled') ? { ...data, groups: [] } : data);
  }

  happen(what, details) {
    const event = { what, ...details };
    const at = this.waiting.findIndex(({ fits }) => fits(event));
    if (at < 0) this.happened.push(event);
    else this.waiting.splice(at, 1)[0].resolve(event);
  }

  // The next, or an earlier one that nobody has waited for.
  await(what, accepts = () => true) {
    const fits = (event) => event.what === what && accepts(event);
    const at = this.happened.findIndex(fits);
    return at < 0
      ? new Promise((resolve) => this.waiting.push({ fits, resolve }))
      : Promise.resolve(this.happened.splice(at, 1)[0]);
  }

  async login() {
    const started = new Promise((resolve, reject) => {
      this.xmpp.once('session:started', resolve);
      this.xmpp.once('disconnected', () => reject(new Error(`no login: ${this.raw.slice(-5)}`)));
    });
    this.xmpp.connect();
    await started;
    this.xmpp.disco.addFeature('urn:xmpp:jingle-message:0');
    this.xmpp.updateCaps();
    this.xmpp.sendPresence({ legacyCapabilities: this.xmpp.disco.getCaps() });
    return this.xmpp.jid;
  }

  // Returns what the contact's client can.
  async befriend(contact) {
    this.contact = contact;
    this.xmpp.subscribe(contact);
    const { from } = await this.await('available', (event) => event.from.startsWith(`${contact}/`));
    this.client = from;
    return (await this.xmpp.getDiscoInfo(from)).features;
  }

  tell(to, name, id) {
    const media = name === 'propose' ? ['audio', 'video'] : [];
    this.xmpp.sendMessage({ to, type: 'chat', [name]: { id, media } });
  }

  devices() {
    return navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  }

  // Calls, as soon as one of the contact's clients is willing.
  async call() {
    const stream = await this.devices();
    const id = crypto.randomUUID();
    this.tell(this.contact, 'propose', id);
    const { from } = await this.await('proceed', (event) => event.id === id);
    const session = this.xmpp.jingle.createMediaSession(from, id, stream);
    if (this.habits.includes('data')) this.channel = this.connection.createDataChannel('pings');
    const began = performance.now();
    await session.start();
    await this.connected();
    return Math.round(performance.now() - began);
  }

  // Takes the next call, or refuses it.
  async answer(refuses) {
    const { from, id, media } = await this.await('propose');
    this.proposed = media;
    this.tell(from, 'proceed', id);
    const { session } = await this.await('incoming', (event) => event.session.sid === id);
    await session.ring();
    if (refuses) return session.decline();
    const stream = await this.devices();
    for (const track of stream.getTracks()) await session.addTrack(track, stream);
    await session.accept();
    await this.connected();
  }

  // Sends a file over a data channel, and returns what it is.
  async send(size) {
    const file = new File([new Uint8Array(size).map((_, i) => (i * 31) >> 3)], 'file.bin');
    this.xmpp.jingle.createFileTransferSession(this.client).start(file);
    return digest(file);
  }

  async receive() {
    const { session } = await this.await('incoming');
    await session.accept();
    return digest((await this.await('file')).file);
  }

  async connected() {
    while (this.connection.connectionState !== 'connected') {
      if (this.connection.connectionState === 'closed') throw new Error(`ended: ${this.errors}`);
      await new Promise((next) => setTimeout(next, 20));
    }
  }

  async ping() {
    if (this.channel.readyState !== 'open') await new Promise((open) => (this.channel.onopen = open));
    const echo = new Promise((heard) => (this.channel.onmessage = ({ data }) => heard(data)));
    this.channel.send('through the relay');
    return echo;
  }

  // Begins ICE anew, and returns when the other side's credentials are new.
  async restart() {
    const before = (await this.connection.facts()).ufrags;
    await this.session.restartIce();
    for (let now = before; now.some((ufrag) => before.includes(ufrag));) {
      await new Promise((next) => setTimeout(next, 20));
      now = (await this.connection.facts()).ufrags;
    }
    await this.connected();
  }

  hangUp() {
    this.session.end('success');
    this.tell(this.session.peerID, 'finish', this.session.sid);
  }

  // The addresses and ports at which this user's browser can be reached, as told to the relay.
  candidates() {
    const sent = this.raw.filter((line) => line.startsWith('raw:outgoing')).join('');
    return [...sent.matchAll(/<candidate [^>]*>/g)].map(([tag]) => ({
      ip: tag.match(/ ip="([^"]*)"/)[1], port: tag.match(/ port="([^"]*)"/)[1] }));
  }

  heard() {
    return this.raw.filter((line) => line.startsWith('raw:incoming')).join('\n');
  }
}

async function digest(file) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return `${file.size} ${[...bytes].join('-')}`;
}

function text(what) {
  return what instanceof Error || typeof what === 'string' ? String(what) : JSON.stringify(what);
}

globalThis.JingleUser = JingleUser;
