// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.stun.message;

/**
 * Class and method of a message: the first 16 bits of the header, RFC 8489 §5. Immutable.
 *
 * <pre>
 *   0 0 M11 M10 M9 M8 M7 C1 M6 M5 M4 C0 M3 M2 M1 M0
 * </pre>
 */
public record MessageType(MessageClass messageClass, Method method) {
    private static final MessageClass[] CLASSES = MessageClass.values();
    private static final Method[] METHODS = Method.values();
    private static final MessageType[] ALL = new MessageType[CLASSES.length * METHODS.length];

    static {
        for (MessageClass messageClass : CLASSES) {
            for (Method method : METHODS) {
                ALL[index(messageClass, method)] = new MessageType(messageClass, method);
            }
        }
    }

    /** The shared instance, so that reading a header leaves no garbage. */
    public static MessageType of(MessageClass messageClass, Method method) {
        return ALL[index(messageClass, method)];
    }

    /** Reads the 14 bits of the wire; a method we do not know becomes {@link Method#UNKNOWN}. */
    public static MessageType of(int code) {
        int classBits = code >> 7 & 0b10 | code >> 4 & 0b01;
        int methodBits = code >> 2 & 0xF80 | code >> 1 & 0x070 | code & 0x00F;
        return of(CLASSES[classBits], Method.of(methodBits));
    }

    /** The 16 bits on the wire. Throws {@link IllegalStateException} for a method that has none. */
    public int code() {
        if (method == Method.UNKNOWN) {
            throw new IllegalStateException("an unknown method has no code to write");
        }
        int classBits = messageClass.ordinal();
        int methodBits = method.code();
        return (methodBits & 0xF80) << 2 | (methodBits & 0x070) << 1 | methodBits & 0x00F
                | (classBits & 0b10) << 7 | (classBits & 0b01) << 4;
    }

    private static int index(MessageClass messageClass, Method method) {
        return messageClass.ordinal() * METHODS.length + method.ordinal();
    }
}
