// What the journal keeps of QoS 2 messages that clients with a stored session publish: which identifiers were received
// and not released. An identifier is stored in the transaction that has what its receivers get; when several
// dispatchers or a walk serve them, after the last of theirs.

namespace FastMqtt.Broker.Persistence;

internal sealed class ExchangeJournal(Journal journal, BrokerState shared)
{
    public void Received(DurableSession session, Exchange exchange)
    {
        journal.AddPromised(LogEvent.Received, session, exchange.Value);
        ForgetHalf(session, exchange.PacketIdentifier);
    }

    /// <summary>
    /// A QoS 2 message is about to be passed on. What comes again because the broker ended in the middle of it is the
    /// same exchange still: who has it is known by that.
    /// </summary>
    public Exchange Begin(DurableSession session, ushort identifier, bool isDuplicate)
    {
        if (isDuplicate && shared.HalfDelivered?.Find(session.Id, identifier) is { IsNone: false } begun)
        {
            return begun;
        }

        ForgetHalf(session, identifier); // it is another message
        return session.NextExchange(identifier);
    }

    /// <summary>The identifier of a message that was passed on, here alone or elsewhere too.</summary>
    /// <returns>What its PUBREC waits for; 0: nothing.</returns>
    public long Receive(DurableSession session, Exchange exchange, bool isElsewhere)
    {
        if (isElsewhere && journal.Waits)
        {
            return ReceivedElsewhere(session, exchange);
        }

        long before = journal.Additions;
        Received(session, exchange);
        return journal.PledgeSince(before);
    }

    public void Unreceived(DurableSession session, ushort identifier)
    {
        journal.AddPromised(LogEvent.Unreceived, session, identifier);
        ForgetHalf(session, identifier);
    }

    /// <summary>The identifier stands for another message now, or for none that anybody lacks.</summary>
    private void ForgetHalf(DurableSession publisher, ushort identifier)
    {
        if (shared.HalfDelivered is not { } half || half.Remove(publisher.Id, identifier) is not (> 0 and var logId))
        {
            return;
        }

        journal.Rows.DeleteLog(logId);
        if (half.IsEmpty)
        {
            shared.HalfDelivered = null; // nothing has to be asked for any more
        }
    }

    /// <summary>
    /// A QoS 2 message was passed on by several dispatchers or goes on a walk: its identifier is stored when all of
    /// them have what is theirs, and only then.
    /// </summary>
    /// <returns>What the PUBREC waits for.</returns>
    private long ReceivedElsewhere(DurableSession session, Exchange exchange)
    {
        long shares = journal.Pledge;
        journal.ClosePledge();
        long answer = journal.Elsewhere.Await();
        journal.ClosePledge();
        (session.Receiving ??= [])[exchange.PacketIdentifier] = (exchange, answer);
        LogPin pin = journal.Pin(); // who has it here
        journal.Pledges.After(shares, () =>
        {
            session.Receiving.Remove(exchange.PacketIdentifier);
            Received(session, exchange);
            journal.Pledges.After(journal.Pledge, () => journal.Pledges.DropElsewhere(answer));
            journal.AfterCommit(pin.Release);
        });
        return answer;
    }
}
