// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
// Jingle calls through a gateway between two XMPP users in two browser contexts, each of whom has the other as a contact
// at the gateway's component: sound and picture both ways, and a data channel where the caller wants one.
// usage: node jingle-call.mjs COMPONENT URL CALLER-JID PASSWORD URL CALLEE-JID PASSWORD CALL...
//   URL    of the user's server, a WebSocket's
//   CALL   CALLER/CALLEE/COURSE: habits of each, as jingle-user.js knows them, with commas between them;
//          caller|callee (who hangs up)|declined|restart (ICE begins anew before the caller hangs up)|
//          file (no call but a file over a data channel)
// Prints lines of how far it has come, and one of JSON for each call. Exit status 1 if one did not get through.
import { bundle, launch, servePage } from './browser.mjs';

const FILE_BYTES = 3_000_001;
const CALL_MS = 30_000;

const [component, ...words] = process.argv.slice(2);
const sides = [words.slice(0, 3), words.slice(3, 6)].map(([url, jid, password]) => ({ url, jid, password }));

const start = await servePage([await bundle('jingle-user.js')]);
const browser = await launch();
console.log('browser is there');
try {
  for (const spec of words.slice(6)) {
    const users = await Promise.all(sides.map((side, i) => user(side, spec.split('/')[i])));
    const result = await Promise.race([call(users, spec), late()]).catch((e) => ({ failed: String(e) }));
    if (result.failed) {
      process.exitCode = 1;
      result.errors = await Promise.all(users.map((each) => each.ask(() => user.errors)));
    }
    console.log(JSON.stringify({ call: spec, ...result }));
    await Promise.all(users.map((each) => each.context.close()));
  }
} finally {
  await browser.close();
  start.close();
}

async function user({ url, jid, password }, habits) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(start.url);
  await page.evaluate(([url, jid, password, habits]) => {
    globalThis.user = new JingleUser(url, jid, password, habits);
  }, [url, jid, password, habits.split(',')]);
  return { context, jid, ask: (what, argument) => page.evaluate(what, argument) };
}

async function call([caller, callee], spec) {
  const course = spec.split('/')[2];
  await Promise.all([caller, callee].map((each) => each.ask(() => user.login())));
  const features = await Promise.all([[caller, callee], [callee, caller]].map(
    ([one, other]) => one.ask((contact) => user.befriend(contact), contact(other))));
  console.log(`contacts for ${spec}`);
  const facts = { features: { caller: features[0], callee: features[1] } };
  if (course === 'declined') {
    const [{ reason }] = await Promise.all([
      caller.ask(() => user.call().catch(() => user.await('terminated'))), callee.ask(() => user.answer(true))]);
    return { ...facts, ...await names(callee), ended: reason };
  }
  if (course === 'file') {
    const [sent, received] = await Promise.all([
      caller.ask((size) => user.send(size), FILE_BYTES), callee.ask(() => user.receive())]);
    const ended = (await caller.ask(() => user.await('terminated'))).reason;
    const wrapped = await callee.ask(() => /<transport [^>]*webrtc-datachannel:1/.test(user.heard()));
    return { ...facts, ...await names(callee), sent, received, ended, wrapped, leaks: await allLeaks(caller, callee) };
  }
  const [setup_ms] = await Promise.all([caller.ask(() => user.call()), callee.ask(() => user.answer())]);
  facts.setup_ms = setup_ms;
  facts.media = await both(caller, callee, () => user.connection.media());
  if (course === 'restart') {
    await caller.ask(() => user.restart());
    facts.afterwards = await both(caller, callee, () => user.connection.media());
  }
  if (spec.split('/')[0].includes('data')) facts.echo = await caller.ask(() => user.ping());
  Object.assign(facts, await both(caller, callee, () => user.connection.facts()));
  Object.assign(facts, await names(callee));
  facts.leaks = await allLeaks(caller, callee);
  const [one, other] = course === 'callee' ? [callee, caller] : [caller, callee];
  await one.ask(() => user.hangUp());
  facts.ended = (await other.ask(() => user.await('terminated'))).reason;
  await other.ask(() => user.await('finish'));
  facts.state = await other.ask(() => user.connection.connectionState);
  return facts;
}

async function both(caller, callee, what) {
  const [one, other] = await Promise.all([caller.ask(what), callee.ask(what)]);
  return { caller: one, callee: other };
}

function names(callee) {
  return callee.ask(() => ({ sid: user.session.sid, proposed: user.proposed }));
}

async function allLeaks(caller, callee) {
  return [...await leaks(callee, caller), ...await leaks(caller, callee)];
}

// What somebody has heard of where the other one is; the port stands for the address where both have the same.
async function leaks(of, to) {
  const candidates = await of.ask(() => user.candidates());
  const heard = await to.ask(() => user.heard());
  const told = new Set([...heard.matchAll(/ port=['"](\d+)/g)].map((match) => match[1]));
  return [...candidates.filter(({ port }) => port > 9 && told.has(port)), ...(heard.includes(of.jid) ? [of.jid] : [])];
}

function contact({ jid }) {
  return `${jid.replace('@', '\\40')}@${component}`;
}

function late() {
  const error = new Error(`nothing after ${CALL_MS / 1000} s`);
  return new Promise((_, reject) => setTimeout(() => reject(error), CALL_MS).unref());
}
