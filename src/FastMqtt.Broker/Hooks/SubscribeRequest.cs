// A SUBSCRIBE that waits for asynchronous hooks, and what they say. Made and kept by SubscribingCalls until the packet
// is handled again; in between the hooks own it.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

/// <summary>A SUBSCRIBE that waits for an answer.</summary>
public sealed class SubscribeRequest : IDecidable
{
    private readonly List<SubscribeFilter> _all = [];
    private readonly List<SubscribeFilter> _open = [];
    private readonly byte[] _properties;

    internal SubscribeRequest(ClientConnection client, ReadOnlySpan<byte> properties)
    {
        Client = client;
        _properties = properties.ToArray();
    }

    /// <summary>The client.</summary>
    public ClientConnection Client { get; }

    /// <summary>Its topic filters, without those that are denied already.</summary>
    public IReadOnlyList<SubscribeFilter> Filters => _open;

    /// <summary>The raw properties of the SUBSCRIBE.</summary>
    public ReadOnlyMemory<byte> Properties => _properties;

    /// <summary>The User Properties among <see cref="Properties"/>.</summary>
    public UserProperties UserProperties => new(_properties);

    // Each filter has an answer of its own.
    bool IDecidable.IsDecided => false;

    void IDecidable.Fail()
    {
        foreach (SubscribeFilter filter in _open)
        {
            filter.Deny();
        }
    }

    internal void Add(SubscribeFilter filter)
    {
        _all.Add(filter);
        if (filter.Refusal == ReasonCode.Success)
        {
            _open.Add(filter);
        }
    }

    /// <summary>What was said about the filter at a place of the packet; null: nobody was asked about it.</summary>
    internal SubscribeFilter? Find(int index) => _all.Find(filter => filter.Index == index);
}
