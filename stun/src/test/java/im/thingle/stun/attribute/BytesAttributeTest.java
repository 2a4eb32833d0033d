// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.thingle.stun.Vectors;
import im.thingle.stun.message.AttributeType;
import im.thingle.stun.message.StunMessage;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytesAttributeTest {
    /** RFC 8489 §B.1 with erratum 6268. */
    @Test
    void readsTheUserhashOfTheVector() {
        byte[] bytes = Vectors.read(Vectors.REQUEST_SHA256);
        StunMessage message = new StunMessage();
        message.wrap(bytes, 0, bytes.length);

        assertThat(BytesAttribute.USERHASH.read(message).map(HexFormat.of()::formatHex))
                .contains("4a3cf38fef6992bda952c6780417da0f" + "24819415569e60b205c46e41407f1704");
    }

    @ParameterizedTest
    @CsvSource({"USERHASH, 31", "USERHASH, 33", "USERHASH, 0", "RESERVATION_TOKEN, 7", "RESERVATION_TOKEN, 9",
        "RESERVATION_TOKEN, 0"})
    void takesNoOtherLength(BytesAttribute attribute, int length) {
        AttributeType type = AttributeType.valueOf(attribute.name());
        StunMessage message = Messages.with(type, "ab".repeat(length));

        assertThat(attribute.read(message)).isEmpty();
        assertThat(message.has(type)).isTrue();
        assertThatThrownBy(() -> Messages.written(writer -> attribute.write(writer, new byte[length])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(type + " of " + length + " bytes");
    }

    /** RFC 8016 §3.1.1: a client asks for mobility with an empty ticket. */
    @Test
    void tellsAnEmptyTicketFromNone() {
        assertThat(BytesAttribute.MOBILITY_TICKET.read(Messages.with(AttributeType.MOBILITY_TICKET, ""))).isPresent();
        assertThat(BytesAttribute.MOBILITY_TICKET.read(Messages.written(writer -> {}))).isEmpty();
    }

    @Property
    void readsBackWhatItWrote(
            @ForAll @Size(32) byte[] userhash, @ForAll @Size(8) byte[] token, @ForAll @Size(max = 300) byte[] ticket) {
        StunMessage message = Messages.written(writer -> {
            BytesAttribute.USERHASH.write(writer, userhash);
            BytesAttribute.RESERVATION_TOKEN.write(writer, token);
            BytesAttribute.MOBILITY_TICKET.write(writer, ticket);
        });

        assertThat(BytesAttribute.USERHASH.read(message)).contains(userhash);
        assertThat(BytesAttribute.RESERVATION_TOKEN.read(message)).contains(token);
        assertThat(BytesAttribute.MOBILITY_TICKET.read(message)).contains(ticket);
    }
}
