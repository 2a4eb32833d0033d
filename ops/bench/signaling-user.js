// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
// Runs in a page, after ops/interop/chromium/user.js: a user who knows when things happened.
/* global User, pause, MediaStreamTrackProcessor */
'use strict';

class TimedUser extends User {
  // Starting a camera takes long, and is no matter of the relay's.
  async camera() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  }

  async askOften(whom, times) {
    for (let i = 0; i < times; i++) await this.services(whom);
    return times;
  }

  // After the pause asks for services over UDP, and makes ready for a call with them.
  async ask(whom, pauseMillis) {
    await pause(pauseMillis);
    const began = now();
    let answered;
    const { services } = this;
    this.services = async (jid) => {
      const offered = await services.call(this, jid);
      answered = now();
      return offered;
    };
    await this.prepare(whom, 'udp');
    delete this.services;
    this.picture = firstPicture(this.connection);
    return { began, answered };
  }

  hangUp() {
    this.connection?.close();
    this.stream?.getTracks().forEach((track) => track.stop());
    this.errors = [];
    this.early = [];
  }
}

// When the first frame of the other side's has been decoded.
function firstPicture(connection) {
  return new Promise((resolve) => {
    connection.addEventListener('track', async ({ track }) => {
      if (track.kind !== 'video') return;
      const frames = new MediaStreamTrackProcessor({ track }).readable.getReader();
      const { value } = await frames.read();
      resolve(now());
      value.close();
      await frames.cancel();
    });
  });
}

// The same in all pages of a machine.
function now() {
  return performance.timeOrigin + performance.now();
}
