// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
// Runs in a page: files over a data channel as Conversations sends them. stanza has the sctpmap of XEP-0343 in a
// transport of ICE; this puts that transport into one for data channels, and takes it out again.
import { NS_JINGLE_DTLS_SCTP_1, NS_JINGLE_ICE_UDP_1 } from 'stanza/Namespaces';
import { XMLElement } from 'stanza/jxt';

const DATA_CHANNEL = 'urn:xmpp:jingle:transports:webrtc-datachannel:1';
const PORT = 'sctp-port';

// Changes what goes out of, and comes in to, a client's registry of stanzas.
export function wrapTransports(stanzas) {
  const { export: out, import: take } = stanzas;
  stanzas.export = (...arguments_) => change(out.apply(stanzas, arguments_), NS_JINGLE_ICE_UDP_1, wrapped);
  stanzas.import = (xml, context) => take.call(stanzas, change(xml, DATA_CHANNEL, unwrapped), context);
}

function change(xml, namespace, how) {
  const contents = xml?.getChild('jingle')?.getChildren('content') ?? [];
  for (const content of contents) {
    const transport = content.getChild('transport', namespace);
    if (!transport) continue;
    content.children.splice(content.children.indexOf(transport), 1);
    content.appendChild(how(transport));
  }
  return xml;
}

function wrapped(ice) {
  const map = ice.getChild('sctpmap', NS_JINGLE_DTLS_SCTP_1);
  ice.children = ice.children.filter((child) => child !== map);
  const outer = new XMLElement('transport', { xmlns: DATA_CHANNEL });
  outer.setAttribute(PORT, map?.getAttribute('number'));
  outer.appendChild(ice);
  return outer;
}

function unwrapped(outer) {
  const ice = outer.getChild('transport', NS_JINGLE_ICE_UDP_1);
  const number = outer.getAttribute(PORT);
  if (number) {
    const map = { xmlns: NS_JINGLE_DTLS_SCTP_1, number, protocol: 'webrtc-datachannel' };
    ice.appendChild(new XMLElement('sctpmap', map));
  }
  return ice;
}
