// A client inside the process: publishes into the buffer of one dispatcher, and makes subscriptions on all of them in
// turn. The broker has one of its own, without name and rules; MqttBroker.CreateClient makes others, with both. Holds
// nothing that must be given back: its subscriptions end one by one, or with the broker.
// What is checked here, on the caller's thread, is what PublishHandler checks of a packet before it routes it.

using System.Text;
using System.Text.Unicode;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Handlers;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

/// <summary>
/// Publishes and subscribes without a connection. Any thread may use it; what one thread publishes with it stays in
/// its order.
/// </summary>
public sealed class InProcessClient
{
    /// <summary>The number of the broker's own client, for No Local: even, as no client's is.</summary>
    internal const ulong HostNumber = 2;

    /// <summary>Characters of a topic that are encoded on the stack.</summary>
    private const int ShortTopic = 256;

    private readonly BrokerState _state;
    private readonly PublishBuffer _buffer;
    private readonly InProcessRules? _rules;
    private readonly InProcessClientOptions? _options;
    private readonly Listener? _listener;
    private readonly byte[] _clientIdentifier;
    private readonly Func<ApplicationMessage, CancellationToken, ValueTask<ReasonCode>> _publish;

    internal InProcessClient(BrokerState state, InProcessClientOptions? options = null)
    {
        _state = state;
        _options = options;
        _publish = Publish;
        _buffer = state.TakeTurn().InProcess.Publishes;
        _clientIdentifier = options is null ? [] : EncodedMessage.EncodeText(options.ClientId, nameof(options));
        Number = options is null ? HostNumber : state.NumberOf(_clientIdentifier);
        if (options is { AccessRules: not null } or { Identity.AccessRules: not null })
        {
            _listener = new Listener(new ListenerOptions { Name = "in process", AccessRules = options.AccessRules });
            _rules = new InProcessRules(state, NewAccess(), _buffer);
        }
    }

    /// <summary>What access rules know it by; empty: the broker's own client.</summary>
    public string ClientId => _options?.ClientId ?? string.Empty;

    internal ulong Number { get; }

    internal SessionAccess? Access => _rules?.Access;

    /// <summary>
    /// Publishes a message. QoS 0 is done when the message is in the broker's buffer; QoS 1 and 2 when it has been
    /// routed and all that must be durable of it is: for subscribers whose sessions outlive their connection, and the
    /// retained message. When the buffer is full it waits for room. May be called from a handler, which must not wait
    /// for it.
    /// </summary>
    /// <param name="message">Its payload must not change until then.</param>
    /// <param name="cancellationToken">
    /// Ends the wait: a message that is not in the buffer yet is not published, one that is will be.
    /// </param>
    /// <returns>
    /// The Reason Code of a PUBACK: Success; NoMatchingSubscribers (never for QoS 0); NotAuthorized by access rules, or
    /// for a topic of $SYS; QuotaExceeded when the store of retained messages is full or the disk fails;
    /// PayloadFormatInvalid; RetainNotSupported; ImplementationSpecificError and PacketTooLarge beyond
    /// MaximumPayloadBytes and MaximumPacketSize.
    /// </returns>
    /// <exception cref="ArgumentException">Topic or properties are not what the protocol allows.</exception>
    /// <exception cref="ObjectDisposedException">
    /// The broker has stopped. While the call waited, the message may have been published all the same.
    /// </exception>
    public ValueTask<ReasonCode> PublishAsync(
        ApplicationMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        EncodedMessage encoded = message.Encoded;
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReasonCode>(cancellationToken);
        }

        int bytes = encoded.Topic.Length + encoded.Properties.Length + message.Payload.Length;
        ReasonCode refusal = RefusalOf(encoded.Topic, message.Payload.Length, bytes, message.Retain);
        if (refusal == ReasonCode.Success && message.PayloadFormatIndicator && !Utf8.IsValid(message.Payload.Span))
        {
            refusal = ReasonCode.PayloadFormatInvalid;
        }

        return refusal != ReasonCode.Success ? new(refusal)
            : _rules is null ? Publish(message, cancellationToken)
            : _rules.PublishAsync(message, _publish, cancellationToken);
    }

    /// <summary>
    /// Publishes a message without properties; see
    /// <see cref="PublishAsync(ApplicationMessage, CancellationToken)"/>.
    /// </summary>
    public ValueTask<ReasonCode> PublishAsync(
        string topic,
        ReadOnlyMemory<byte> payload,
        QualityOfService qos = QualityOfService.AtMostOnce,
        bool retain = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (_rules is null
            && qos == QualityOfService.AtMostOnce
            && topic.Length <= ShortTopic
            && !cancellationToken.IsCancellationRequested)
        {
            Span<byte> utf8 = stackalloc byte[3 * ShortTopic];
            utf8 = utf8[..EncodedMessage.EncodeText(topic, utf8, nameof(topic))];
            if (TryPublish(utf8, payload.Span, qos, retain))
            {
                return new(ReasonCode.Success);
            }
        }

        var message = new ApplicationMessage { Topic = topic, Payload = payload, QoS = qos, Retain = retain };
        return PublishAsync(message, cancellationToken);
    }

    /// <summary>
    /// Publishes a message if that can be done at once. Nobody is told what becomes of it, at any QoS. Allocates
    /// nothing.
    /// </summary>
    /// <param name="topic">A Topic Name in UTF-8.</param>
    /// <param name="payload">The payload; it is copied.</param>
    /// <param name="qos">What subscribers get it with at the most.</param>
    /// <param name="retain">Whether it is kept for later subscribers.</param>
    /// <returns>
    /// False: it is not published, because the buffer is full, others wait for room, access rules deny it or cannot
    /// say, or the broker's options do not allow it. PublishAsync tells which.
    /// </returns>
    /// <exception cref="ArgumentException">The topic is no Topic Name.</exception>
    /// <exception cref="ObjectDisposedException">The broker has stopped.</exception>
    public bool TryPublish(
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> payload,
        QualityOfService qos = QualityOfService.AtMostOnce,
        bool retain = false)
    {
        EncodedMessage.CheckTopic(topic);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)qos, (byte)QualityOfService.ExactlyOnce, nameof(qos));
        if (RefusalOf(topic, payload.Length, topic.Length + payload.Length, retain) != ReasonCode.Success)
        {
            return false;
        }

        PublishContent content = default;
        content.Topic = topic;
        content.Payload = payload;
        content.QoS = qos;
        content.Retain = retain;
        content.ExpiresAtMilliseconds = long.MaxValue;
        return _rules is null ? _buffer.TryAppend(this, in content) : _rules.TryPublish(this, in content);
    }

    /// <summary>
    /// Subscribes a handler that sees messages where they lie, on the dispatcher. Each subscription gets its own copy
    /// of a message, also when the filters of several match. QoS 1 and 2 messages are delivered when the handler has
    /// returned.
    /// </summary>
    /// <param name="topicFilter">A Topic Filter; $share/name/filter is a shared subscription.</param>
    /// <param name="handler">Must not block.</param>
    /// <param name="options">What it may choose; null: everything as it is by default.</param>
    /// <param name="cancellationToken">Ends the wait, and the subscription if there is one.</param>
    /// <returns>Completes when the subscription is active: what is published from then on comes to it.</returns>
    /// <exception cref="ArgumentException">The filter or an option is not valid.</exception>
    /// <exception cref="UnauthorizedAccessException">Access rules deny it.</exception>
    /// <exception cref="InvalidOperationException">The filter has as many share names as there may be.</exception>
    /// <exception cref="ObjectDisposedException">The broker has stopped.</exception>
    public ValueTask<InProcessSubscription> SubscribeAsync(
        string topicFilter,
        MessageHandler handler,
        SubscribeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
#pragma warning disable CA2000 // It is the caller's when it has begun; before that there is nothing to dispose of.
        return BeginAsync(NewSubscription(topicFilter, options, handler), cancellationToken);
#pragma warning restore CA2000
    }

    /// <summary>
    /// Subscribes a reader that gets copies, through a bounded buffer; see <see cref="MessageStream"/> for when it
    /// begins and ends.
    /// </summary>
    /// <param name="topicFilter">A Topic Filter; $share/name/filter is a shared subscription.</param>
    /// <param name="options">What it may choose; null: everything as it is by default.</param>
    /// <exception cref="ArgumentException">The filter or an option is not valid.</exception>
    public MessageStream Subscribe(string topicFilter, SubscribeOptions? options = null)
    {
#pragma warning disable CA2000 // It is the stream's from now on.
        InProcessSubscription subscription = NewSubscription(topicFilter, options, handler: null);
#pragma warning restore CA2000
        return new MessageStream(subscription, BeginAsync(subscription, CancellationToken.None).AsTask());
    }

    /// <summary>The session of one of its subscriptions.</summary>
    internal Session NewSession(int dispatcher, InProcessSubscription subscription) =>
        new InProcessSession(dispatcher, Number, _clientIdentifier, subscription)
        {
            Owner = _listener is null ? null : new SessionOwner(_options!.Identity, NewAccess()),
        };

    private SessionAccess NewAccess() => new(_listener!, _options!.ClientId, _options.Identity);

    private InProcessSubscription NewSubscription(
        string topicFilter, SubscribeOptions? options, MessageHandler? handler)
    {
        ArgumentNullException.ThrowIfNull(topicFilter);
        options ??= new SubscribeOptions();
        options.Check();
        return new InProcessSubscription(_state.TakeTurn(), this, topicFilter, options, handler);
    }

    private async ValueTask<InProcessSubscription> BeginAsync(
        InProcessSubscription subscription, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_rules is not null
            && !await _rules.MaySubscribeAsync(subscription.FilterBytes, cancellation).ConfigureAwait(false))
        {
            throw new UnauthorizedAccessException($"May not subscribe to {subscription.TopicFilter}.");
        }

        try
        {
            await subscription.BeginAsync().WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await subscription.DisposeAsync().ConfigureAwait(false); // it may have begun
            throw;
        }

        return subscription;
    }

    // It may be published.
    private ValueTask<ReasonCode> Publish(ApplicationMessage message, CancellationToken cancellation)
    {
        long expiresAt = message.MessageExpiryInterval is { } seconds
            ? _state.Milliseconds() + (seconds * 1000L)
            : long.MaxValue;
        var waiting = new WaitingPublish(this, message, expiresAt, null!);
        if (message.QoS == QualityOfService.AtMostOnce)
        {
            PublishContent content = waiting.Content;
            if (_buffer.TryAppend(this, in content))
            {
                return new(ReasonCode.Success);
            }
        }

        return _buffer.Append(waiting with { Ticket = _buffer.Rent() }, cancellation);
    }

    // What the options say of it, or Success.
    private ReasonCode RefusalOf(ReadOnlySpan<byte> topic, int payloadBytes, int bytes, bool retain)
    {
        BrokerOptions options = _state.Options;
        return PublishHandler.IsSystemTopic(topic) ? ReasonCode.NotAuthorized
            : retain && !options.RetainAvailable ? ReasonCode.RetainNotSupported
            : options.MaximumPayloadBytes is > 0 and var most && payloadBytes > most
                ? ReasonCode.ImplementationSpecificError
            : bytes > options.MaximumPacketSize ? ReasonCode.PacketTooLarge
            : ReasonCode.Success;
    }
}
