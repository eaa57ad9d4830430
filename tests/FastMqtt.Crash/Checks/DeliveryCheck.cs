// What the broker has promised against what subscribers got. A message is owed to a subscriber when its publisher was
// told that it has arrived, and the subscriber's SUBACK came before the message was first sent and it never left that
// filter: leaving lets the broker drop what waits.
using FastMqtt.Crash.Ledgers;

namespace FastMqtt.Crash.Checks;

internal sealed class DeliveryCheck(Ledger ledger)
{
    private readonly Dictionary<(string Filter, string Topic), bool> _matches = [];

    // Asked again and again while a run drains.
    public bool HasEverything() => ledger.Subscribers.All(
        subscriber => Owed(subscriber).All(owed => subscriber.HasReceived(owed.Message.Number)));

    public void Run(Complaints complaints)
    {
        foreach (SubscriberRecord subscriber in ledger.Subscribers)
        {
            ILookup<int, Delivery> live =
                subscriber.Deliveries.Where(delivery => !delivery.Retain).ToLookup(delivery => delivery.Number);
            CheckOwed(subscriber, live, complaints);
            CheckExactlyOnce(subscriber, live, complaints);
            CheckOrder(subscriber, complaints);
            CheckWanted(subscriber, live, complaints);
            CheckRetainedCopies(subscriber, complaints);
        }
    }

    private void CheckOwed(SubscriberRecord subscriber, ILookup<int, Delivery> live, Complaints complaints)
    {
        foreach ((Message message, SubscriptionPeriod period) in Owed(subscriber))
        {
            QualityOfService owed = message.QoS < period.QoS ? message.QoS : period.QoS;
            if (!live.Contains(message.Number))
            {
                complaints.Add("lost", $"{subscriber.Name} has not got {message}");
            }
            else if (live[message.Number].First().QoS < owed)
            {
                complaints.Add("QoS is lower than subscribed", $"{subscriber.Name}, {message}");
            }
        }
    }

    // [MQTT-4.3.3-10] After a copy with QoS 2 none may come. One with QoS 1 may be repeated, and the last time with
    // QoS 2: when a crash makes its publisher send it again, the subscriber may have subscribed with that in between.
    private void CheckExactlyOnce(SubscriberRecord subscriber, ILookup<int, Delivery> live, Complaints complaints)
    {
        foreach (IGrouping<int, Delivery> copies in live)
        {
            if (copies.SkipWhile(copy => copy.QoS != QualityOfService.ExactlyOnce).Count() > 1)
            {
                complaints.Add(
                    "QoS 2 more than once",
                    $"{subscriber.Name} has got {ledger.Messages[copies.Key]} {copies.Count()} times");
            }
        }
    }

    // [MQTT-4.6.0-5] First deliveries of one publisher, topic, QoS of the PUBLISH and QoS of the delivery.
    private void CheckOrder(SubscriberRecord subscriber, Complaints complaints)
    {
        var last = new Dictionary<(int, string, QualityOfService, QualityOfService), int>();
        var seen = new HashSet<int>();
        foreach (Delivery delivery in subscriber.Deliveries)
        {
            if (delivery.Retain || !seen.Add(delivery.Number))
            {
                continue;
            }

            Message message = ledger.Messages[delivery.Number];
            if (!WasWaitedFor(subscriber, message, delivery))
            {
                continue; // its first sending may have come before the subscription, and only its second reached it
            }

            (int, string, QualityOfService, QualityOfService) stream =
                (message.Publisher, message.Topic, message.QoS, delivery.QoS);
            int before = last.GetValueOrDefault(stream, -1);
            if (before > delivery.Number)
            {
                complaints.Add("out of order", $"{subscriber.Name} has got {message} after message {before}");
            }

            last[stream] = delivery.Number;
        }
    }

    // One subscription from before it was published until it came.
    private bool WasWaitedFor(SubscriberRecord subscriber, Message message, Delivery delivery) =>
        subscriber.Periods.Exists(period => Matches(period.Filter, message.Topic)
            && period.SubackAt < message.SentAt
            && !(period.UnsubscribeSentAt < delivery.At));

    // What a subscriber got without a subscription: UNSUBACK is a promise too. A subscription may be younger than the
    // message's acknowledgement: a broker of several threads may look for receivers after it.
    private void CheckWanted(SubscriberRecord subscriber, ILookup<int, Delivery> live, Complaints complaints)
    {
        foreach (IGrouping<int, Delivery> copies in live)
        {
            Message message = ledger.Messages[copies.Key];
            bool isWanted = subscriber.Periods.Exists(period => Matches(period.Filter, message.Topic)
                && period.SubscribeSentAt < copies.First().At
                && !(period.UnsubackAt < message.SentAt));
            if (!isWanted)
            {
                complaints.Add("not subscribed", $"{subscriber.Name} has got {message}");
            }
        }
    }

    private void CheckRetainedCopies(SubscriberRecord subscriber, Complaints complaints)
    {
        foreach (IGrouping<int, Delivery> copies in subscriber.Deliveries.Where(copy => copy.Retain)
            .GroupBy(copy => copy.Number))
        {
            Message message = ledger.Messages[copies.Key];
            int attempts = subscriber.Periods.Where(period => Matches(period.Filter, message.Topic))
                .Sum(period => period.Attempts);
            int exactly = copies.Count(copy => copy.QoS == QualityOfService.ExactlyOnce);
            if (!message.Retain || exactly > attempts)
            {
                complaints.Add(
                    "retained copies", $"{subscriber.Name} has got {message} {exactly} times in {attempts} SUBSCRIBEs");
            }
        }
    }

    private IEnumerable<(Message Message, SubscriptionPeriod Period)> Owed(SubscriberRecord subscriber)
    {
        SubscriptionPeriod[] stable =
            [.. subscriber.Periods.Where(each => each.SubackAt is not null && each.UnsubscribeSentAt is null)];
        foreach (Message message in ledger.Messages)
        {
            if (message.AcknowledgedAt is null || message.IsClear)
            {
                continue;
            }

            foreach (SubscriptionPeriod period in stable)
            {
                if (period.SubackAt < message.SentAt && Matches(period.Filter, message.Topic))
                {
                    yield return (message, period);
                }
            }
        }
    }

    private bool Matches(string filter, string topic)
    {
        if (!_matches.TryGetValue((filter, topic), out bool matches))
        {
            _matches.Add((filter, topic), matches = Filter.Matches(filter, topic));
        }

        return matches;
    }
}
