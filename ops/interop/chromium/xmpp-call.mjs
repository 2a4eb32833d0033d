// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
// Calls between two XMPP users in two browser contexts that may speak through TURN only: sound and picture both ways
// and a data channel, over the services that their server hands out (XEP-0215), signalled in their messages.
// usage: node xmpp-call.mjs BOSH-URL WEBSOCKET-URL CALLER-JID PASSWORD CALLEE-JID PASSWORD CALL...
//   CALL   CALLER/CALLEE, each CONNECTION,WHOM,VIA[,FAMILY]: bosh|websocket, whom to ask, udp|tcp|tls, 4|6
// Prints one line of JSON for each call. Exit status 1 if one did not get through.
import { STROPHE, USER, launch, servePage } from './browser.mjs';

const CALL_MS = 20_000;

const [bosh, websocket, callerJid, callerPassword, calleeJid, calleePassword, ...calls] = process.argv.slice(2);

const start = await servePage([STROPHE, USER]);
const browser = await launch();
try {
  for (const spec of calls) {
    const result = await Promise.race([call(spec), late(spec)]).catch((e) => ({ failed: String(e) }));
    console.log(JSON.stringify({ call: spec, ...result }));
    if (result.failed) process.exitCode = 1;
  }
} finally {
  await browser.close();
  start.close();
}

async function call(spec) {
  const [callerSide, calleeSide] = spec.split('/');
  const [caller, callee] = await Promise.all([
    user(callerSide, callerJid, callerPassword), user(calleeSide, calleeJid, calleePassword)]);
  try {
    const setup_ms = await caller.page.evaluate((peer) => user.call(peer), callee.jid);
    const [pings, ...media] = await Promise.all([
      caller.page.evaluate(() => user.ping(50)),
      caller.page.evaluate(() => user.media()),
      callee.page.evaluate(() => user.media())]);
    return { setup_ms, ...pings, caller: media[0], callee: media[1] };
  } finally {
    for (const { page, context } of [caller, callee]) {
      await page.evaluate(() => user.leave());
      await context.close();
    }
  }
}

// A page of its own for each user, in a context that shares nothing with the other's.
async function user(side, jid, password) {
  const [connection, whom, via, family] = side.split(',');
  const url = { bosh, websocket }[connection];
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(start.url);
  const fullJid = await page.evaluate(async ({ url, jid, password, whom, via, family }) => {
    window.user = new User(url);
    const own = await window.user.login(jid, password);
    await window.user.prepare(whom, via, family);
    return own;
  }, { url, jid, password, whom, via, family });
  return { page, context, jid: fullJid };
}

function late(spec) {
  return new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`${spec} did not get through in ${CALL_MS / 1000} s`)), CALL_MS).unref());
}
