// Who comes in and what they may do, decided by code: users of a table, each with a folder of its own, and a count of
// messages kept with each connection.
// dotnet run --project samples/Authentication -- 1883

using System.Security.Cryptography;
using System.Text;
using FastMqtt.Broker;
using FastMqtt.Broker.Hooks;
using FastMqtt.Protocol;

string port = args is [var first, ..] ? first : "1883";
var messages = new ClientItem<int>();
var passwords = new Dictionary<string, string> { ["alice"] = "secret", ["bob"] = "hidden" };
var hooks = new BrokerHooks
{
    // On the thread pool: it may ask a database. Only the client that connects waits.
    ConnectingAsync = (request, cancellationToken) =>
    {
        bool isKnown = request.Client.UserName is { } user
            && passwords.TryGetValue(user, out string? password)
            && request.Password is { } given
            && CryptographicOperations.FixedTimeEquals(given.Span, Encoding.UTF8.GetBytes(password));
        if (!isKnown)
        {
            request.Refuse(ReasonCode.BadUserNameOrPassword);
        }

        return ValueTask.CompletedTask;
    },

    // On the client's dispatcher: spans, no waiting.
    Publishing = (ref PublishingContext message) =>
    {
        if (!message.Topic.StartsWith(Encoding.UTF8.GetBytes($"{message.UserName}/")))
        {
            message.Deny();
        }
        else if (message.Client is { } client)
        {
            messages.Set(client, messages.TryGet(client, out int count) ? count + 1 : 1);
        }
    },
    Disconnected = (in DisconnectedNotice notice) =>
    {
        _ = messages.TryGet(notice.Client, out int count);
        Console.WriteLine($"{notice.Client.UserName} has published {count} messages.");
    },
};
var options = new BrokerOptions
{
    Hooks = hooks,
    Listeners = { new ListenerOptions { Address = $"127.0.0.1:{port}", AllowAnonymous = true } },
};
await using MqttBroker broker = await MqttBroker.StartAsync(options);
Console.WriteLine($"Serving on {broker.EndPoints[0]}; Enter ends it.");
await Console.In.ReadLineAsync();
