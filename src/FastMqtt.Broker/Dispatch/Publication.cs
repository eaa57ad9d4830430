namespace FastMqtt.Broker.Dispatch;

internal sealed class Publication(byte[] topic, long expiresAtMilliseconds)
{
    private int _references = 1;

    public ReadOnlySpan<byte> Topic => topic;

    public long ExpiresAtMilliseconds { get; } = expiresAtMilliseconds;

    public int References => _references;

    public void AddReference() => Interlocked.Increment(ref _references);
}
