// What the peer's certificate says about it, as text: for access control and logs, once per connection.

using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Tls;

internal static unsafe class CertificateReader
{
    /// <summary>The first Common Name of the subject; null: no certificate, or none in it.</summary>
    public static string? ReadCommonName(nint ssl)
    {
        nint certificate = ssl == 0 ? 0 : LibSsl.GetPeerCertificate(ssl);
        if (certificate == 0)
        {
            return null;
        }

        string? name = CommonNameOf(LibCrypto.GetSubject(certificate));
        LibCrypto.FreeCertificate(certificate);
        return name;
    }

    /// <summary>The subject as RFC 2253 writes it, the most specific part first; null: no certificate.</summary>
    public static string? ReadSubject(nint ssl)
    {
        nint certificate = ssl == 0 ? 0 : LibSsl.GetPeerCertificate(ssl);
        if (certificate == 0)
        {
            return null;
        }

        nint memory = LibCrypto.NewBio(LibCrypto.MemoryMethod());
        _ = LibCrypto.PrintName(memory, LibCrypto.GetSubject(certificate), 0, LibCrypto.NameRfc2253);
        byte* text;
        nint length = LibCrypto.ControlBio(memory, LibCrypto.BioControlInfo, 0, &text);
        string subject = Marshal.PtrToStringUTF8((nint)text, (int)length);
        _ = LibCrypto.FreeBio(memory);
        LibCrypto.FreeCertificate(certificate);
        return subject;
    }

    private static string? CommonNameOf(nint subject)
    {
        int index = LibCrypto.FindInName(subject, LibCrypto.CommonName, -1);
        if (index < 0)
        {
            return null;
        }

        byte* text;
        int length = LibCrypto.ToUtf8(&text, LibCrypto.GetEntryText(LibCrypto.GetNameEntry(subject, index)));
        if (length < 0)
        {
            LibCrypto.ClearErrors();
            return null;
        }

        string name = Marshal.PtrToStringUTF8((nint)text, length);
        LibCrypto.Free(text, null, 0);
        return name;
    }
}
