// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
// Times the set-up of calls between two XMPP users in two browser contexts that may speak through TURN only.
// usage: node signaling-call.mjs WEBSOCKET-URL PASSWORD DOMAIN...
// Logs alice and bob of each domain in and prints "ready". Then does what lines of standard input say, and prints one
// line of JSON for each, times in milliseconds, or {"failed": why}:
//   ask DOMAIN N       alice asks for services so often
//   call DOMAIN PAUSE  alice calls bob, so many milliseconds after their cameras started
import { createInterface } from 'node:readline';
import { STROPHE, USER, launch, servePage } from '../interop/chromium/browser.mjs';

const LIMIT_MS = 60_000;
const COMMANDS = { ask, call };

const [url, password, ...domains] = process.argv.slice(2);
const start = await servePage([STROPHE, USER, new URL('signaling-user.js', import.meta.url)]);
const browser = await launch();
try {
  const users = {};
  for (const domain of domains) users[domain] = await Promise.all(['alice', 'bob'].map((name) => login(name, domain)));
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, domain, number] = line.split(' ');
    const done = COMMANDS[command](users[domain], Number(number), domain);
    console.log(JSON.stringify(await Promise.race([done, late()]).catch((e) => ({ failed: String(e) }))));
  }
} finally {
  await browser.close();
  start.close();
}

async function login(name, domain) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(start.url);
  const jid = await page.evaluate(async ([url, jid, password]) => {
    window.user = new TimedUser(url);
    return window.user.login(jid, password);
  }, [url, `${name}@${domain}`, password]);
  return { page, jid };
}

async function ask([{ page }], times, domain) {
  return { answers: await page.evaluate(([whom, times]) => user.askOften(whom, times), [domain, times]) };
}

// From the first question for services to the later of the two first pictures.
async function call(both, pause, domain) {
  const [caller, callee] = both;
  await Promise.all(both.map(({ page }) => page.evaluate(() => user.camera())));
  try {
    const asked = await Promise.all(both.map(({ page }) =>
      page.evaluate(([whom, pause]) => user.ask(whom, pause), [domain, pause])));
    const pictures = Promise.all(both.map(({ page }) => page.evaluate(() => user.picture)));
    const open = caller.page.evaluate((peer) => user.call(peer), callee.jid);
    const [opened, seen] = await Promise.all([open, pictures]);
    const media = await Promise.all(both.map(({ page }) => page.evaluate(() => user.media())));
    if (media.some(({ local, remote }) => local !== 'relay' || remote !== 'relay')) {
      throw new Error(`not relayed: ${JSON.stringify(media)}`);
    }
    return {
      answer: Math.max(...asked.map(({ began, answered }) => answered - began)),
      open: opened,
      total: Math.max(...seen) - Math.min(...asked.map(({ began }) => began)),
    };
  } finally {
    await Promise.all(both.map(({ page }) => page.evaluate(() => user.hangUp())));
  }
}

function late() {
  return new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`nothing within ${LIMIT_MS / 1000} s`)), LIMIT_MS).unref());
}
