// In-process clients with access rules: what they publish, subscribe to and receive; and rules that must ask.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.InProcess;
using FastMqtt.Broker.Tests.Access;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.InProcess;

public sealed class InProcessRulesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Rules_hold_for_what_it_publishes_subscribes_to_and_receives()
    {
        using var broker = new TestBroker();
        var rules = FakeRules.Denying((user, kind, topic) => user == "me" && topic == $"no/{kind}");
        InProcessClient client = Client(broker, rules);
        HandlerLog all = HandlerLog.Subscribe(broker, new InProcessClient(broker.State), "#");
        HandlerLog mine = HandlerLog.Subscribe(broker, client, "#");
        Assert.Equal(ReasonCode.NotAuthorized, Pending.Of(broker, Publish(client, "no/Publish", 0)));
        Assert.Equal(ReasonCode.NotAuthorized, Pending.Of(broker, Publish(client, "no/Publish", 1)));
        Assert.False(client.TryPublish("no/Publish"u8, default));
        Assert.Equal(ReasonCode.Success, Pending.Of(broker, Publish(client, "no/Receive", 1)));
        Assert.True(client.TryPublish("yes"u8, "x"u8));
        broker.Tick();
        Assert.Equal(["no/Receive x q1 r0", "yes x q0 r0"], all.Lines);
        Assert.Equal(["yes x q0 r0"], mine.Lines);
        Pending.Throws<UnauthorizedAccessException>(
            broker, Pending.Subscribe(client, "no/Subscribe", (in ReceivedSpan _) => { }));
        MessageStream stream = client.Subscribe("$share/g/no/Subscribe");
        Pending.Throws<UnauthorizedAccessException>(broker, stream.MoveNextAsync().AsTask());
        broker.Tick();
        Assert.Equal(3, broker.Metrics.DeniedPublish);
        Assert.Equal(2, broker.Metrics.DeniedSubscribe);
        Assert.Equal(1, broker.Metrics.DeniedReceive);
        Assert.Contains("in-process", rules.Clients);
    }

    [Fact]
    public void Rules_of_an_identity_come_before_those_of_the_client()
    {
        using var broker = new TestBroker();
        var denying = FakeRules.Denying((_, _, _) => true);
        var allowing = FakeRules.Denying((_, _, _) => false);
        var client = new InProcessClient(broker.State, new()
        {
            ClientId = "c",
            AccessRules = allowing,
            Identity = new ClientIdentity { UserName = "u", AccessRules = denying },
        });
        Assert.Equal(ReasonCode.NotAuthorized, Pending.Of(broker, Publish(client, "t", 1)));
    }

    [Fact]
    public async Task What_is_published_while_somebody_is_asked_waits_behind_it()
    {
        using var broker = new TestBroker(2);
        var gate = new TaskCompletionSource<TimedVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        var rules = new FakeRules((_, kind, topic) =>
            topic == "ask" && kind != AccessKind.Receive ? AccessVerdict.Ask : AccessVerdict.Allowed)
        {
            Ask = (_, _) => gate.Task,
        };
        InProcessClient client = Client(broker, rules);
        HandlerLog all = HandlerLog.Subscribe(broker, new InProcessClient(broker.State), "#");
        Task<ReasonCode> first = Publish(client, "ask", 1).AsTask();
        Task<ReasonCode> second = Publish(client, "t", 0).AsTask();
        Task<ReasonCode> third = Publish(client, "ask", 2).AsTask();
        Assert.False(client.TryPublish("t"u8, default));
        broker.Tick();
        Assert.Empty(all.Lines);
        Assert.False(first.IsCompleted || second.IsCompleted || third.IsCompleted);
        gate.SetResult(new TimedVerdict(true, TimeSpan.FromHours(1)));
        broker.TickUntil(() => first.IsCompleted && second.IsCompleted && third.IsCompleted);
        Assert.Equal(["ask x q1 r0", "t x q0 r0", "ask x q2 r0"], all.Lines);
        Assert.Equal(ReasonCode.Success, await first);
        Assert.Equal(1, rules.Asked); // the answer holds
    }

    [Fact]
    public void Who_is_denied_cancelled_or_fails_when_asked_does_not_hold_up_the_next()
    {
        using var broker = new TestBroker();
        var never = new TaskCompletionSource<TimedVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        var rules = new FakeRules((_, kind, topic) =>
            topic.StartsWith("ask", StringComparison.Ordinal) && kind != AccessKind.Receive
                ? AccessVerdict.Ask : AccessVerdict.Allowed)
        {
            Ask = (_, topic) => topic switch
            {
                "ask/denied" => Task.FromResult(new TimedVerdict(false, TimeSpan.Zero)),
                "ask/fails" => throw new TimeoutException(),
                _ => never.Task,
            },
        };
        InProcessClient client = Client(broker, rules);
        HandlerLog all = HandlerLog.Subscribe(broker, new InProcessClient(broker.State), "#");
        using var cancellation = new CancellationTokenSource();
        Task<ReasonCode> cancelled = client.PublishAsync(
            "ask/never", default, QualityOfService.AtLeastOnce, false, cancellation.Token).AsTask();
        Task<ReasonCode> denied = Publish(client, "ask/denied", 1).AsTask();
        Task<ReasonCode> fails = Publish(client, "ask/fails", 1).AsTask();
        Task<ReasonCode> last = Publish(client, "t", 1).AsTask();
        cancellation.Cancel();
        Pending.Throws<OperationCanceledException>(broker, cancelled);
        Assert.Equal(ReasonCode.NotAuthorized, Pending.Of(broker, new ValueTask<ReasonCode>(denied)));
        Assert.Equal(ReasonCode.NotAuthorized, Pending.Of(broker, new ValueTask<ReasonCode>(fails)));
        Assert.Equal(ReasonCode.Success, Pending.Of(broker, new ValueTask<ReasonCode>(last)));
        Assert.Equal(["t x q1 r0"], all.Lines);
        Pending.Throws<UnauthorizedAccessException>(
            broker, Pending.Subscribe(client, "ask/denied", (in ReceivedSpan _) => { }));
    }

    [Fact]
    public void Who_may_publish_no_more_does_not_give_what_it_retained()
    {
        using var broker = new TestBroker();
        bool isDenied = false;
        var rules = FakeRules.Denying((_, kind, _) => kind == AccessKind.Publish && isDenied);
        InProcessClient client = Client(broker, rules);
        Pending.Of(broker, client.PublishAsync("r", "x"u8.ToArray(), QualityOfService.AtLeastOnce, true, Cancellation));
        var host = new InProcessClient(broker.State);
        Assert.Single(HandlerLog.Subscribe(broker, host, "r").Lines);
        isDenied = true;
        rules.Generation++;
        Assert.Empty(HandlerLog.Subscribe(broker, host, "r").Lines);
    }

    private static InProcessClient Client(TestBroker broker, IAccessRules rules) => new(broker.State, new()
    {
        ClientId = "in-process",
        Identity = new ClientIdentity { UserName = "me" },
        AccessRules = rules,
    });

    private static ValueTask<ReasonCode> Publish(InProcessClient client, string topic, int qos) =>
        client.PublishAsync(topic, "x"u8.ToArray(), (QualityOfService)qos, cancellationToken: Cancellation);
}
