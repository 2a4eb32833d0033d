// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
// Two peer connections in one Chromium that may speak through TURN only: a data channel, or a call with fake media.
// usage: node relay-call.mjs data|media TURN-URI USERNAME PASSWORD
// Prints one line of JSON: what arrived and over which kind of candidates. Exit status 1 if nothing got through.
import { launch, servePage } from './browser.mjs';

const [what, uri, username, credential] = process.argv.slice(2);
const deadline = setTimeout(() => fail('nothing got through in 40 s'), 40_000);

function fail(why) {
  console.log(JSON.stringify({ failed: String(why) }));
  process.exit(1);
}

const start = await servePage([]);
const browser = await launch();
try {
  const page = await browser.newPage();
  await page.goto(start.url);
  const result = await page.evaluate(call, { what, uri, username, credential });
  console.log(JSON.stringify(result));
} catch (e) {
  fail(e);
} finally {
  clearTimeout(deadline);
  await browser.close();
  start.close();
}

// Runs inside the page.
async function call({ what, uri, username, credential }) {
  const configuration = { iceServers: [{ urls: uri, username, credential }], iceTransportPolicy: 'relay' };
  const caller = new RTCPeerConnection(configuration);
  const callee = new RTCPeerConnection(configuration);
  const errors = [];
  for (const [from, to] of [[caller, callee], [callee, caller]]) {
    from.onicecandidate = ({ candidate }) => candidate && to.addIceCandidate(candidate);
    from.onicecandidateerror = (e) => errors.push(`${e.errorCode} ${e.errorText} ${e.url}`);
  }

  if (what === 'media') await addFakeMedia();
  const arrived = what === 'data' ? echo() : frames();
  await negotiate();
  const failed = new Promise((_, reject) => {
    caller.onconnectionstatechange = () =>
      caller.connectionState === 'failed' && reject(new Error(`ICE failed: ${errors.join('; ')}`));
  });
  const received = await Promise.race([arrived, failed]);
  return { ...received, ...(await selected(caller)) };

  async function negotiate() {
    await caller.setLocalDescription();
    await callee.setRemoteDescription(caller.localDescription);
    await callee.setLocalDescription();
    await caller.setRemoteDescription(callee.localDescription);
  }

  // The callee sends back all it gets; the caller compares a mebibyte.
  function echo() {
    const sent = new Uint8Array(1 << 20).map((_, i) => (i * 31) >> 3);
    callee.ondatachannel = ({ channel }) => (channel.onmessage = ({ data }) => channel.send(data));
    const channel = caller.createDataChannel('bytes');
    channel.binaryType = 'arraybuffer';
    channel.onopen = () => {
      for (let at = 0; at < sent.length; at += 16384) channel.send(sent.subarray(at, at + 16384));
    };
    let bytes = 0;
    return new Promise((resolve, reject) => {
      channel.onmessage = ({ data }) => {
        const part = new Uint8Array(data);
        if (part.some((value, i) => value !== sent[bytes + i])) reject(new Error(`changed on the way near ${bytes}`));
        bytes += part.length;
        if (bytes === sent.length) resolve({ bytes });
      };
    });
  }

  async function addFakeMedia() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    stream.getTracks().forEach((track) => caller.addTrack(track, stream));
  }

  async function frames() {
    for (;;) {
      await new Promise((next) => setTimeout(next, 100));
      const inbound = [...(await callee.getStats()).values()].filter((s) => s.type === 'inbound-rtp');
      const frames = inbound.find((s) => s.kind === 'video')?.framesDecoded ?? 0;
      const audioPackets = inbound.find((s) => s.kind === 'audio')?.packetsReceived ?? 0;
      if (frames >= 20 && audioPackets >= 50) return { frames, audioPackets };
    }
  }

  async function selected(connection) {
    const stats = await connection.getStats();
    const transport = [...stats.values()].find((s) => s.type === 'transport');
    const pair = stats.get(transport.selectedCandidatePairId);
    const local = stats.get(pair.localCandidateId);
    const remote = stats.get(pair.remoteCandidateId);
    return { local: local.candidateType, remote: remote.candidateType, relayProtocol: local.relayProtocol };
  }
}
