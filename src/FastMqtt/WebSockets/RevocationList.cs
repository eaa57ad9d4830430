// A certificate revocation list, RFC 5280 section 5.1: whose it is, until when it holds, which serial numbers it has.
// Its signature is not checked: the file is the operator's, as the authorities are.
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FastMqtt.WebSockets;

internal sealed class RevocationList
{
    private const string Label = "X509 CRL";

    private readonly byte[] _issuer;
    private readonly DateTimeOffset? _nextUpdate;
    private readonly HashSet<string> _serialNumbers = new(StringComparer.Ordinal);

    private RevocationList(ReadOnlyMemory<byte> encoded)
    {
        AsnReader list = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        if (list.PeekTag() == Asn1Tag.Integer)
        {
            list.ReadInteger(); // version
        }

        list.ReadEncodedValue(); // algorithm of the signature
        _issuer = list.ReadEncodedValue().ToArray();
        ReadTime(list); // this update
        if (list.HasData && IsTime(list.PeekTag()))
        {
            _nextUpdate = ReadTime(list);
        }

        if (list.HasData && list.PeekTag() == Asn1Tag.Sequence)
        {
            AsnReader revoked = list.ReadSequence();
            while (revoked.HasData)
            {
                _serialNumbers.Add(Convert.ToHexString(revoked.ReadSequence().ReadIntegerBytes().Span));
            }
        }
    }

    /// <summary>All lists of a PEM file.</summary>
    /// <exception cref="CertificateException">The file cannot be read, or there is none in it.</exception>
    public static IReadOnlyList<RevocationList> Read(string file)
    {
        var lists = new List<RevocationList>();
        try
        {
            ReadOnlySpan<char> text = File.ReadAllText(file);
            while (PemEncoding.TryFind(text, out PemFields fields))
            {
                if (text[fields.Label] is Label)
                {
                    byte[] encoded = new byte[fields.DecodedDataLength];
                    Convert.TryFromBase64Chars(text[fields.Base64Data], encoded, out _);
                    lists.Add(new RevocationList(encoded));
                }

                text = text[fields.Location.End..];
            }
        }
        catch (Exception failure)
            when (failure is AsnContentException or IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"{file}: {failure.Message}", failure);
        }

        return lists.Count > 0 ? lists : throw new CertificateException($"{file}: no revocation list in it");
    }

    public bool IsOfIssuer(X509Certificate2 certificate) =>
        certificate.IssuerName.RawData.AsSpan().SequenceEqual(_issuer);

    public bool HasExpired(DateTimeOffset now) => _nextUpdate < now;

    public bool Revokes(X509Certificate2 certificate) =>
        _serialNumbers.Contains(Convert.ToHexString(certificate.SerialNumberBytes.Span));

    private static bool IsTime(Asn1Tag tag) => tag == Asn1Tag.UtcTime || tag == Asn1Tag.GeneralizedTime;

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
