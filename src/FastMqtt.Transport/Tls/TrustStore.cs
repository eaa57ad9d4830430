// Whom certificates are verified against: authorities from a file and a directory, and what they have revoked. Owns
// OpenSSL's store; whoever uses it adds a reference of its own there. Made at start and after a change of the files.

using System;

namespace FastMqtt.Transport.Tls;

internal sealed unsafe class TrustStore
{
    public TrustStore(string? caFile, string? caPath, string? crlFile)
    {
        Handle = LibCrypto.NewStore();
        TlsErrors.Clear();
        if (caFile is not null)
        {
            Check(caFile, "cafile", LibCrypto.LoadFile);
        }

        if (caPath is not null)
        {
            // OpenSSL looks a certificate up in it when it needs one, and does not mind when there is no such
            // directory.
            if (!System.IO.Directory.Exists(caPath))
            {
                throw new TlsException($"capath {caPath}: no such directory");
            }

            Check(caPath, "capath", LibCrypto.LoadPath);
        }

        if (crlFile is not null)
        {
            Check(crlFile, "crlfile", LoadRevocations);

            // Only the shown certificate, as Mosquitto does: a chain would need a list of each of its authorities.
            _ = LibCrypto.SetStoreFlags(Handle, LibCrypto.VerifyRevocation);
        }
    }

    ~TrustStore() => LibCrypto.FreeStore(Handle);

    private delegate int Load(nint store, byte* path);

    public nint Handle { get; }

    private static int LoadRevocations(nint store, byte* path)
    {
        nint lookup = LibCrypto.AddLookup(store, LibCrypto.FileLookup());
        return LibCrypto.LoadRevocations(lookup, path, LibCrypto.FileTypePem) > 0 ? 1 : 0;
    }

    private void Check(string path, string option, Load load)
    {
        fixed (byte* bytes = NativeText.Of(path))
        {
            if (load(Handle, bytes) != 1)
            {
                throw TlsErrors.Failure($"{option} {path}");
            }
        }
    }
}
