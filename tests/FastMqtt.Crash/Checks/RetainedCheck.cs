// The retained message of each topic is the one that was last acknowledged (or none, if that one clears), or a later
// one that was not acknowledged. Each topic has one publisher and one QoS, so that there is a last one.
using FastMqtt.Crash.Ledgers;

namespace FastMqtt.Crash.Checks;

internal static class RetainedCheck
{
    public static void Run(Ledger ledger, Dictionary<string, byte[]>? found, Complaints complaints)
    {
        if (found is null)
        {
            complaints.Add("retained", "the broker does not answer the one who reads retained messages");
            return;
        }

        ILookup<string, Message> sent =
            ledger.Messages.Where(message => message.Retain).ToLookup(message => message.Topic);
        foreach (IGrouping<string, Message> topic in sent)
        {
            int last = topic.Where(message => message.AcknowledgedAt is not null)
                .Select(message => message.Number).DefaultIfEmpty(-1).Max();
            Message[] possible = [.. topic.Where(message => message.Number >= last)];
            byte[] value = found.GetValueOrDefault(topic.Key, []);
            bool mayBeNone = last < 0 && value.Length == 0;
            if (!mayBeNone && !possible.Any(message => message.Payload().AsSpan().SequenceEqual(value)))
            {
                string what = value.Length == 0 ? "nothing" : $"message {Message.NumberOf(value)}";
                complaints.Add("retained", $"{topic.Key} has {what}, last acknowledged is message {last}");
            }
        }

        complaints.Add("retained", found.Keys.Where(topic => !sent.Contains(topic)).Select(topic => $"{topic} is new"));
    }
}
