// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
// A Jingle call to an echo account, with sound and picture, from one XMPP user in a browser.
// usage: node echo-call.mjs URL JID PASSWORD ECHO-JID [HABIT...]
//   URL     of the user's server, a WebSocket's
//   HABIT   as jingle-user.js knows them
// Prints a line when there is a browser, and one of JSON: what came back, how ICE went, and the message that the account wrote in the end.
import { bundle, launch, servePage } from './browser.mjs';

const CALL_MS = 40_000;

const [url, jid, password, echo, ...habits] = process.argv.slice(2);
const start = await servePage([await bundle('jingle-user.js')]);
const browser = await launch();
console.log('browser is there');
try {
  const page = await (await browser.newContext()).newPage();
  await page.goto(start.url);
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('too late')), CALL_MS).unref());
  const facts = await Promise.race([page.evaluate(call, [url, jid, password, echo, habits]), late])
    .catch((e) => ({ failed: String(e) }));
  if (facts.failed) process.exitCode = 1;
  console.log(JSON.stringify(facts));
} finally {
  await browser.close();
  start.close();
}

// Runs in the page.
async function call([url, jid, password, echo, habits]) {
  const user = new JingleUser(url, jid, password, habits);
  const report = new Promise((heard) => user.xmpp.on('message', ({ body }) => body && heard(body)));
  await user.login();
  const features = await user.befriend(echo);
  const setup_ms = await user.call();
  const media = await user.connection.media();
  const facts = await user.connection.facts();
  user.hangUp();
  return { features, setup_ms, media, ...facts, report: await report };
}
