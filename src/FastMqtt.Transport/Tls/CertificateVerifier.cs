// Verifies client certificates that somebody else's TLS has received (the WebSocket listener's), by the same rules as a
// TLS listener. Any thread; Reload replaces what it verifies against.

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace FastMqtt.Transport.Tls;

/// <summary>Verifies client certificates against cafile, capath and crlfile of a listener.</summary>
internal sealed unsafe class CertificateVerifier
{
    private TrustStore _trust;

    /// <summary>Reads the files.</summary>
    /// <exception cref="TlsException">A file is wrong.</exception>
    public CertificateVerifier(TlsOptions options) =>
        _trust = new TrustStore(options.CaFile, options.CaPath, options.CrlFile);

    /// <summary>Reads the files again.</summary>
    /// <exception cref="TlsException">A file is wrong; what was in force stays in force.</exception>
    public void Reload(TlsOptions options) =>
        Volatile.Write(ref _trust, new TrustStore(options.CaFile, options.CaPath, options.CrlFile));

    /// <summary>Whether a certificate is valid now, of a client, not revoked, and signed by an authority.</summary>
    /// <param name="certificate">The shown certificate, DER.</param>
    /// <param name="others">The other certificates that came with it, DER.</param>
    /// <param name="reason">When it is not: why, for people.</param>
    public bool TryVerify(
        ReadOnlySpan<byte> certificate, IReadOnlyList<ReadOnlyMemory<byte>> others, out string? reason)
    {
        TrustStore trust = Volatile.Read(ref _trust);
        var decoded = new List<nint>();
        nint stack = LibCrypto.NewStack();
        nint verification = LibCrypto.NewVerification();
        try
        {
            if (!TryDecode(certificate, decoded))
            {
                reason = "not a certificate";
                return false;
            }

            for (int i = 0; i < others.Count; i++)
            {
                if (TryDecode(others[i].Span, decoded))
                {
                    _ = LibCrypto.Push(stack, decoded[^1]);
                }
            }

            return TryVerify(verification, trust, decoded[0], stack, out reason);
        }
        finally
        {
            LibCrypto.FreeVerification(verification);
            LibCrypto.FreeStack(stack);
            decoded.ForEach(LibCrypto.FreeCertificate);
            LibCrypto.ClearErrors();
            GC.KeepAlive(trust);
        }
    }

    private static bool TryVerify(
        nint verification, TrustStore trust, nint certificate, nint others, out string? reason)
    {
        fixed (byte* purpose = "ssl_client\0"u8)
        {
            if (LibCrypto.BeginVerification(verification, trust.Handle, certificate, others) != 1
                || LibCrypto.SetPurpose(verification, purpose) != 1)
            {
                reason = TlsErrors.Take();
                return false;
            }
        }

        bool isGood = LibCrypto.Verify(verification) == 1;
        nint error = LibCrypto.GetVerifyError(verification);
        reason = isGood ? null : Marshal.PtrToStringUTF8((nint)LibCrypto.GetVerifyText(error));
        return isGood;
    }

    private static bool TryDecode(ReadOnlySpan<byte> bytes, List<nint> decoded)
    {
        fixed (byte* first = bytes)
        {
            byte* next = first;
            nint certificate = LibCrypto.DecodeCertificate(null, &next, bytes.Length);
            if (certificate != 0)
            {
                decoded.Add(certificate);
            }

            return certificate != 0;
        }
    }
}
