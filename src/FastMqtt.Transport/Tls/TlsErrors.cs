// OpenSSL's queue of errors, which belongs to the calling thread. Whoever meets a failure reads the text and empties
// the queue; what is left there would be taken for the result of the next call.

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Tls;

internal static unsafe class TlsErrors
{
    private const int TextBytesMax = 256;

    /// <summary>Before a call whose result SSL_get_error explains. Costs a look when there is nothing.</summary>
    public static void Clear()
    {
        if (LibCrypto.PeekError() != 0)
        {
            LibCrypto.ClearErrors();
        }
    }

    /// <summary>The reason of the first error, for people; what follows only says where. Empties the queue.</summary>
    public static string Take()
    {
        string text = Describe(LibCrypto.PeekError());
        LibCrypto.ClearErrors();
        return text;
    }

    /// <param name="what">What failed.</param>
    /// <param name="unsupported">What to say when OpenSSL says no more than "unsupported".</param>
    public static TlsException Failure(string what, string? unsupported = null)
    {
        string reason = Take();
        bool isVague = unsupported is not null && reason is "unsupported" or "bad decrypt" or "bad password read"
            or "problems getting password" or "interrupted or cancelled";
        return new TlsException($"{what}: {(isVague ? unsupported : reason)}");
    }

    private static string Describe(ulong error)
    {
        Debug.Assert(TextBytesMax >= 120, "OpenSSL asks for that much.");
        if (error == 0)
        {
            return "unknown reason";
        }

        // Texts of the system's own errors ("No such file or directory") are only in the long form, as its last part.
        if (Marshal.PtrToStringUTF8((nint)LibCrypto.GetReason(error)) is { } reason)
        {
            return reason;
        }

        byte* buffer = stackalloc byte[TextBytesMax];
        LibCrypto.WriteErrorText(error, buffer, TextBytesMax);
        string text = Marshal.PtrToStringUTF8((nint)buffer)!;
        return text[(text.LastIndexOf(':') + 1)..];
    }
}
