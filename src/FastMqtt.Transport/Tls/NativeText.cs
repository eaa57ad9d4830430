// Text as C wants it: UTF-8 with a zero at the end. For paths, names and lists of ciphers, never on a data path.

using System.Text;

namespace FastMqtt.Transport.Tls;

internal static class NativeText
{
    public static byte[] Of(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
