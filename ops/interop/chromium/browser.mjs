// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
// The system's Chromium with a fake microphone and camera, and a page for it.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const STROPHE = new URL('node_modules/strophe.js/dist/strophe.umd.min.js', import.meta.url);
export const USER = new URL('user.js', import.meta.url);

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--allow-loopback-in-peer-connection',
      '--ignore-certificate-errors', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

// One script, as text, made of a module beside this one and all that it imports.
export async function bundle(module) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(module, import.meta.url))], bundle: true, platform: 'browser', write: false,
    logLevel: 'error' });
  return outputFiles[0].text;
}

// An empty page that loads the scripts, files or texts, in their order. At localhost, a secure context, which
// getUserMedia asks for.
export async function servePage(scripts) {
  const paths = new Map(scripts.map((script, i) => [`/${i}.js`, script]));
  const html = '<!doctype html><title>call</title>' + [...paths.keys()].map((path) => `<script src="${path}"></script>`).join('');
  const server = createServer(async ({ url }, response) => {
    const script = paths.get(url);
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(script instanceof URL ? await readFile(script) : script ?? html);
  });
  await new Promise((listening) => server.listen(0, 'localhost', listening));
  return { url: `http://localhost:${server.address().port}/`, close: () => server.close() };
}
