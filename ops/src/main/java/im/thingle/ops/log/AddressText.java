// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Thingle authors
package im.thingle.ops.log;

import im.thingle.ops.config.LogSettings;
import im.thingle.stun.attribute.TransportAddress;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Client addresses as the log shows them. Immutable. */
final class AddressText {
    private static final int NETWORK_BYTES_IPV4 = 3;
    private static final int NETWORK_BYTES_IPV6 = 6;

    private final boolean masked;

    AddressText(LogSettings.Addresses addresses) {
        masked = addresses == LogSettings.Addresses.MASKED;
    }

    /** {@code 203.0.113.7:5000} or {@code [2001:db8::7]:5000}, the host bits zeroed if so configured. */
    String of(InetSocketAddress address) {
        if (address == null || address.getAddress() == null) {
            return "unknown";
        }
        return NetUtil.toSocketAddressString(
                masked ? new InetSocketAddress(network(address), address.getPort()) : address);
    }

    String of(TransportAddress address) {
        return of(socket(address));
    }

    /** All of an address, whatever is configured. */
    static String whole(TransportAddress address) {
        return NetUtil.toSocketAddressString(socket(address));
    }

    static InetSocketAddress socket(TransportAddress address) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address.address()), address.port());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of " + address.address().length + " bytes", impossible);
        }
    }

    /** The network that floods are counted by. */
    static InetAddress network(InetSocketAddress address) {
        if (address == null || address.getAddress() == null) {
            return InetAddress.getLoopbackAddress();
        }
        var bytes = address.getAddress().getAddress();
        Arrays.fill(bytes, bytes.length == 4 ? NETWORK_BYTES_IPV4 : NETWORK_BYTES_IPV6, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", impossible);
        }
    }
}
