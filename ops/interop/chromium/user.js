// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
// Runs in a page: one XMPP user in a browser, with strophe.js, who asks for services and has a call over relays only.
/* global Strophe, $iq, $msg, $pres */
'use strict';

const EXTDISCO = 'urn:xmpp:extdisco:2';
const SERVICE_OF = { udp: ['turn', 'udp'], tcp: ['turn', 'tcp'], tls: ['turns', 'tcp'] };

class User {
  // url: of BOSH (http:) or of a WebSocket (ws:)
  constructor(url) {
    this.xmpp = new Strophe.Connection(url);
    this.xmpp.addHandler((message) => this.hear(message) || true, null, 'message');
    this.early = [];
    this.errors = [];
  }

  login(jid, password) {
    return new Promise((resolve, reject) => {
      this.xmpp.connect(jid, password, (status, why) => {
        if (status === Strophe.Status.CONNECTED) {
          this.xmpp.send($pres());
          resolve(this.xmpp.jid);
        }
        if (status === Strophe.Status.CONNFAIL || status === Strophe.Status.AUTHFAIL) reject(new Error(`login: ${why}`));
      });
    });
  }

  // All services (XEP-0215), as attributes.
  async services(whom) {
    const iq = $iq({ type: 'get', to: whom, id: this.xmpp.getUniqueId() }).c('services', { xmlns: EXTDISCO });
    const result = await new Promise((resolve, reject) => this.xmpp.sendIQ(
      iq, resolve, (error) => reject(new Error(error ? error.outerHTML : `${whom} did not answer`)), 10_000));
    return [...result.getElementsByTagName('service')].map(
      (service) => Object.fromEntries([...service.attributes].map(({ name, value }) => [name, value])));
  }

  // via: udp, tcp, tls; family: 4 or 6, otherwise the first that is offered.
  async prepare(whom, via, family) {
    const offered = await this.services(whom);
    const [type, transport] = SERVICE_OF[via];
    const service = offered.find((s) => s.type === type && s.transport === transport
      && (!family || s.host.includes(':') === (family === '6')));
    if (!service) throw new Error(`no ${type} over ${transport} in ${JSON.stringify(offered)}`);
    const host = service.host.includes(':') ? `[${service.host}]` : service.host;
    this.asked = whom;
    this.uri = `${type}:${host}:${service.port}?transport=${transport}`;
    const server = { urls: this.uri, username: service.username, credential: service.password };
    this.connection = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: 'relay' });
    this.connection.onicecandidate = ({ candidate }) => candidate && this.tell({ candidate });
    this.connection.onicecandidateerror = (e) => this.errors.push(`${e.errorCode} ${e.errorText} ${e.url}`);
    this.connection.ondatachannel = ({ channel }) => (channel.onmessage = ({ data }) => channel.send(data));
    const stream = this.stream ?? await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    stream.getTracks().forEach((track) => this.connection.addTrack(track, stream));
  }

  tell(what) {
    this.xmpp.send($msg({ to: this.peer, type: 'normal' }).c('body').t(JSON.stringify(what)));
  }

  async hear(message) {
    try {
      const { description, candidate } = JSON.parse(message.getElementsByTagName('body')[0].textContent);
      if (description) await this.describe(message.getAttribute('from'), description);
      else if (this.connection.remoteDescription) await this.connection.addIceCandidate(candidate);
      else this.early.push(candidate);
    } catch (e) {
      this.errors.push(String(e));
    }
  }

  async describe(from, description) {
    this.peer = from;
    await this.connection.setRemoteDescription(description);
    for (const candidate of this.early.splice(0)) await this.connection.addIceCandidate(candidate);
    if (description.type === 'offer') await this.describeOurselves();
  }

  async describeOurselves() {
    await this.connection.setLocalDescription();
    this.tell({ description: this.connection.localDescription });
  }

  // Calls and returns when the channel for pings is open; its messages are not repeated.
  async call(peer) {
    this.peer = peer;
    const began = performance.now();
    this.channel = this.connection.createDataChannel('pings', { ordered: false, maxRetransmits: 0 });
    await this.describeOurselves();
    await new Promise((resolve, reject) => {
      this.channel.onopen = resolve;
      this.connection.onconnectionstatechange = () =>
        this.connection.connectionState === 'failed' && reject(new Error(`ICE failed: ${this.errors.join('; ')}`));
    });
    return Math.round(performance.now() - began);
  }

  async ping(count) {
    const times = [];
    this.channel.onmessage = ({ data }) => times.push(performance.now() - Number(data));
    for (let i = 0; i < count; i++) {
      this.channel.send(String(performance.now()));
      await pause(10);
    }
    for (let i = 0; i < 100 && times.length < count; i++) await pause(10);
    times.sort((a, b) => a - b);
    return { pings: count, lost: count - times.length, rtt_ms: Number(times[times.length >> 1].toFixed(2)) };
  }

  // Returns when sound and picture came in, with what ICE chose.
  async media() {
    for (;;) {
      const stats = await this.connection.getStats();
      const inbound = [...stats.values()].filter((s) => s.type === 'inbound-rtp');
      const frames = inbound.find((s) => s.kind === 'video')?.framesDecoded ?? 0;
      const audioPackets = inbound.find((s) => s.kind === 'audio')?.packetsReceived ?? 0;
      if (frames >= 10 && audioPackets >= 25) return { asked: this.asked, uri: this.uri, frames, audioPackets, ...chosen(stats) };
      await pause(50);
    }
  }

  leave() {
    this.connection?.close();
    this.xmpp.disconnect();
  }
}

function chosen(stats) {
  const transport = [...stats.values()].find((s) => s.type === 'transport');
  const pair = stats.get(transport.selectedCandidatePairId);
  const local = stats.get(pair.localCandidateId);
  return {
    local: local.candidateType,
    remote: stats.get(pair.remoteCandidateId).candidateType,
    relayProtocol: local.relayProtocol,
  };
}

function pause(ms) {
  return new Promise((next) => setTimeout(next, ms));
}
