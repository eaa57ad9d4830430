// What a service has said about one client's topics. Checks run on dispatchers and only look at what is known; the
// asking is done elsewhere. Two tables, because publishing and subscribing are different questions.

using System.Text;
using FastMqtt.Broker.Access;

namespace FastMqtt.Access;

internal sealed class HttpClientRules(
    HttpHook hook, TimeProvider time, string clientId, string? userName, bool ignoreAllows) : IClientRules
{
    // The broker keeps verdicts of its own; these are for clients that come back.
    private const int TopicCountMax = 128;

    private readonly KnownTopics _publish = new(time, TopicCountMax);
    private readonly KnownTopics _subscribe = new(time, TopicCountMax);

    public AccessVerdict Check(AccessKind kind, ReadOnlySpan<byte> topic) => kind switch
    {
        AccessKind.Receive => AccessVerdict.Allowed,
        AccessKind.Subscribe => _subscribe.Find(topic),
        _ => _publish.Find(topic),
    };

    public async ValueTask<TimedVerdict> AskAsync(
        AccessKind kind, ReadOnlyMemory<byte> topic, CancellationToken cancel)
    {
        if (kind == AccessKind.Receive)
        {
            return new TimedVerdict(true, TimeSpan.Zero);
        }

        var question = new TopicQuestion
        {
            UserName = userName,
            ClientId = clientId,
            Action = kind == AccessKind.Subscribe ? "subscribe" : "publish",
            Topic = Encoding.UTF8.GetString(topic.Span),
        };
        HookAnswer? answer = await hook.AskAsync(question, HookJson.Default.TopicQuestion, cancel);
        if (answer is not HookAnswer known)
        {
            return new TimedVerdict(false, TimeSpan.Zero);
        }

        bool isAllowed = known.Decision == HookDecision.Allow
            || (known.Decision == HookDecision.Ignore && ignoreAllows);
        KnownTopics topics = kind == AccessKind.Subscribe ? _subscribe : _publish;
        topics.Put(topic.Span, isAllowed, known.HoldsFor);
        return new TimedVerdict(isAllowed, known.HoldsFor);
    }
}
