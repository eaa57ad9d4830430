// What OpenSSL asks during a handshake: which certificate for a server name, which application protocol, which key for
// an identity. All run inside of TlsStream.Step, on its thread: the stream is found by the thread's wire.

using System;
using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Tls;

internal static unsafe class ServerCallbacks
{
    private const int HostName = 0; // TLSEXT_NAMETYPE_host_name

    public static void Install(nint context, bool usesKeys)
    {
        delegate* unmanaged<nint, int*, void*, int> serverName = &OnServerName;
        _ = LibSsl.SetContextCallback(context, LibSsl.ControlServerNameCallback, serverName);
        delegate* unmanaged<nint, byte**, byte*, byte*, uint, void*, int> protocol = &OnProtocol;
        LibSsl.SetAlpnCallback(context, protocol, null);
        if (usesKeys)
        {
            delegate* unmanaged<nint, byte*, byte*, uint, uint> key = &OnKey;
            LibSsl.SetPskServerCallback(context, key);
        }
    }

    // A name that no certificate is for is served with the first one: the client will judge it.
    [UnmanagedCallersOnly]
    private static int OnServerName(nint ssl, int* alert, void* argument)
    {
        byte* name = LibSsl.GetServerName(ssl, HostName);
        if (name is null || *name == 0)
        {
            return LibSsl.CallbackIgnored;
        }

        nint context = TlsWire.Current.Handshaking!.FindContext(
            MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
        if (context != 0)
        {
            _ = LibSsl.SetContext(ssl, context);
        }

        return LibSsl.CallbackOk;
    }

    // A client that offers "mqtt" gets it. One that offers only others goes on without: Mosquitto does not look at what
    // is offered, and clients in the field have odd names there.
    [UnmanagedCallersOnly]
    private static int OnProtocol(
        nint ssl, byte** selected, byte* selectedLength, byte* offered, uint offeredLength, void* argument)
    {
        var names = new ReadOnlySpan<byte>(offered, (int)offeredLength);
        while (!names.IsEmpty && names.Length > names[0])
        {
            if (names.Slice(1, names[0]).SequenceEqual("mqtt"u8))
            {
                *selected = offered + (offeredLength - (uint)names.Length) + 1;
                *selectedLength = names[0];
                return LibSsl.CallbackOk;
            }

            names = names[(1 + names[0])..];
        }

        return LibSsl.CallbackIgnored;
    }

    // 0: no such identity.
    [UnmanagedCallersOnly]
    private static uint OnKey(nint ssl, byte* identity, byte* key, uint keyBytesMax)
    {
        if (identity is null
            || TlsWire.Current.Handshaking!.FindKey(Marshal.PtrToStringUTF8((nint)identity)!) is not { } found
            || found.Length > keyBytesMax)
        {
            return 0;
        }

        found.CopyTo(new Span<byte>(key, (int)keyBytesMax));
        return (uint)found.Length;
    }
}
