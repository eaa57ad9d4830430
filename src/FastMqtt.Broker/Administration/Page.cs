// One page of a listing.

namespace FastMqtt.Broker.Administration;

/// <summary>One page of a listing.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">At most as many as were asked for; perhaps none on the last page.</param>
/// <param name="Next">
/// Where the next page begins: what the same query takes as its After. Null: there is no more. It means something to
/// this broker only, for as long as it runs, and costs the broker nothing.
/// </param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
