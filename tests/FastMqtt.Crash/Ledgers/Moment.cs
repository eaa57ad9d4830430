// When something was noted: its place among all notes of a run, and how many changes of the disk the journal of the
// power loss held then (0 in the modes without one).
namespace FastMqtt.Crash.Ledgers;

internal readonly record struct Moment(long Order, long Journal)
{
    public static bool operator <(Moment a, Moment b) => a.Order < b.Order;

    public static bool operator >(Moment a, Moment b) => a.Order > b.Order;
}
