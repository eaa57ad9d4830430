// The pre-shared keys of a listener: lines "identity:hexadecimal key", as Mosquitto's psk_file. Empty lines and lines
// that begin with # say nothing. Read once; a change of the file makes another object.

using System;
using System.Collections.Generic;
using System.IO;

namespace FastMqtt.Transport.Tls;

internal sealed class PskKeys
{
    // Bytes of a key that OpenSSL has room for (PSK_MAX_PSK_LEN).
    private const int KeyBytesMax = 512;

    private readonly Dictionary<string, byte[]> _keys;

    private PskKeys(Dictionary<string, byte[]> keys) => _keys = keys;

    public static PskKeys Load(string path)
    {
        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in ReadLines(path))
        {
            number++;
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            // The key has no colon, so an identity may.
            int colon = text.LastIndexOf(':');
            string what = $"psk_file {path}, line {number}";
            if (colon <= 0)
            {
                throw new TlsException($"{what}: not identity:key");
            }

            keys[text[..colon]] = ReadKey(text[(colon + 1)..], what);
        }

        return new PskKeys(keys);
    }

    public byte[]? Find(string identity) => _keys.GetValueOrDefault(identity);

    private static byte[] ReadKey(string digits, string what)
    {
        try
        {
            byte[] key = Convert.FromHexString(digits);
            return key.Length is > 0 and <= KeyBytesMax
                ? key
                : throw new TlsException($"{what}: a key has 1 to {KeyBytesMax} bytes");
        }
        catch (FormatException)
        {
            throw new TlsException($"{what}: the key is not hexadecimal"); // the key itself is nobody's business
        }
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TlsException($"psk_file {path}: {exception.Message}", exception);
        }
    }
}
