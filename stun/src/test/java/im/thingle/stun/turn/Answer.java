// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.turn;

import static org.assertj.core.api.Assertions.assertThat;

import im.thingle.stun.attribute.AddressAttribute;
import im.thingle.stun.attribute.ErrorCodeAttribute;
import im.thingle.stun.attribute.NumberAttribute;
import im.thingle.stun.attribute.TransportAddress;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.Malformed;
import im.thingle.stun.message.MessageClass;
import im.thingle.stun.message.StunMessage;
import java.util.ArrayList;
import java.util.List;

/** A message of the server, read. */
record Answer(FiveTuple to, byte[] bytes, StunMessage message) {
    static Answer of(RecordingOutput.Sent sent) {
        StunMessage message = new StunMessage();
        assertThat(message.wrap(sent.bytes(), 0, sent.bytes().length)).isEqualTo(Malformed.NONE);
        return new Answer(sent.to(), sent.bytes(), message);
    }

    /** 0 for success. */
    int code() {
        boolean success = message.type().messageClass() == MessageClass.SUCCESS_RESPONSE;
        return success ? 0 : ErrorCodeAttribute.read(message).orElse(-1);
    }

    boolean has(AttributeType type) {
        return message.has(type);
    }

    long number(NumberAttribute attribute) {
        return attribute.read(message);
    }

    /** All addresses of this type. */
    List<TransportAddress> addresses(AttributeType type) {
        List<TransportAddress> all = new ArrayList<>();
        for (int at = message.first(); at != StunMessage.NONE; at = message.next(at)) {
            if (message.code(at) == type.code()) {
                all.add(AddressAttribute.read(message, at).orElseThrow());
            }
        }
        return all;
    }

    byte[] value(AttributeType type) {
        int at = message.find(type);
        byte[] value = new byte[message.valueLength(at)];
        message.value(at).get(value);
        return value;
    }
}
