// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
// Runs in a page: the browser's own peer connection with habits of other clients, and what can be told of it.

// Whether a candidate's address is of this family, "ipv4" or "ipv6"; of none: any.
export function isOf(family, candidate) {
  return !family || !candidate || candidate.split(' ')[4].includes(':') === (family === 'ipv6');
}

export class Connection extends RTCPeerConnection {
  #habits;
  #family;

  // habits: those of JingleUser
  constructor(configuration, habits) {
    super(configuration);
    this.#habits = habits;
    this.#family = habits.find((habit) => habit.startsWith('ipv'));
    // what nobody plays is not decoded
    this.addEventListener('track', ({ track }) => track.kind === 'audio' && play(track));
    this.addEventListener('datachannel', ({ channel }) => (channel.onmessage = ({ data }) => channel.send(data)));
  }

  setRemoteDescription({ type, sdp }) {
    const kept = sdp.split('\r\n').filter((line) => !(line.startsWith('a=group:') && this.#habits.includes('unbundled'))
      && !(line.startsWith('a=candidate:') && !isOf(this.#family, line)));
    return super.setRemoteDescription({ type, sdp: kept.join('\r\n') });
  }

  addIceCandidate(candidate) {
    return isOf(this.#family, candidate.candidate) ? super.addIceCandidate(candidate) : Promise.resolve();
  }

  // Returns when that much more than now has come in.
  async media() {
    const before = await this.#received();
    for (;;) {
      const now = await this.#received();
      const came = Object.fromEntries(Object.keys(now).map((what) => [what, now[what] - before[what]]));
      if (came.frames >= 10 && came.packets >= 25 && came.energy > 0) return came;
      await new Promise((next) => setTimeout(next, 50));
    }
  }

  async #received() {
    const inbound = [...(await this.getStats()).values()].filter((s) => s.type === 'inbound-rtp');
    const audio = inbound.find((s) => s.kind === 'audio');
    const frames = inbound.find((s) => s.kind === 'video')?.framesDecoded ?? 0;
    return { frames, packets: audio?.packetsReceived ?? 0, energy: audio?.totalAudioEnergy ?? 0 };
  }

  // The fingerprint of each certificate that has come in over DTLS.
  async #certificates() {
    const digests = [...this.getSenders(), ...(this.sctp ? [this.sctp] : [])]
      .flatMap(({ transport }) => transport?.getRemoteCertificates() ?? [])
      .map((certificate) => crypto.subtle.digest('SHA-256', certificate));
    return unique((await Promise.all(digests)).map((digest) => [...new Uint8Array(digest)]
      .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':')));
  }

  async facts() {
    const stats = await this.getStats();
    const all = (type) => [...stats.values()].filter((s) => s.type === type);
    const pairs = all('transport').map((t) => stats.get(t.selectedCandidatePairId)).filter((pair) => pair);
    return {
      pairs: pairs.map((pair) => stats.get(pair.remoteCandidateId).address),
      remote: unique([
        ...all('remote-candidate').map((candidate) => candidate.address),
        ...found(this.remoteDescription.sdp, /^a=candidate:(?:\S+ ){4}(\S+)/gm),
        ...found(this.remoteDescription.sdp, /^c=IN IP. (\S+)/gm).filter((address) => address !== '0.0.0.0')]),
      own: unique(found(this.localDescription.sdp, /^a=fingerprint:sha-256 (\S+)/gm)),
      told: unique(found(this.remoteDescription.sdp, /^a=fingerprint:sha-256 (\S+)/gm)),
      seen: await this.#certificates(),
      ufrags: unique(found(this.remoteDescription.sdp, /^a=ice-ufrag:(\S+)/gm)),
    };
  }
}

function play(track) {
  const player = new Audio();
  player.srcObject = new MediaStream([track]);
  player.play();
}

function found(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => match[1]);
}

function unique(all) {
  return [...new Set(all)].sort();
}
