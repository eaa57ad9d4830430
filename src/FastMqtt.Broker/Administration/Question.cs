// A question to one dispatcher that is answered in one piece: about one session, or one message.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Administration;

internal sealed class Question<T>(Func<Dispatcher, T> ask, CancellationToken cancellation, bool isDurable = false)
    : Inspection<T>(cancellation)
{
    protected override Dispatcher? Next(Dispatcher dispatcher)
    {
        T answer = ask(dispatcher);
        if (isDurable)
        {
            CompleteDurably(dispatcher, answer);
        }
        else
        {
            Complete(answer);
        }

        return null;
    }
}
