// What an Argon2 hash costs. The bounds keep a mistake in a file from taking the machine.

namespace FastMqtt.Access;

/// <param name="Kibibytes">Memory.</param>
/// <param name="Passes">How often the memory is gone over.</param>
/// <param name="Lanes">Columns of memory that could be computed at the same time.</param>
internal readonly record struct Argon2Cost(int Kibibytes, int Passes, int Lanes)
{
    public const int KibibytesMax = 1024 * 1024; // 1 GiB
    public const int PassesMax = 1000;
    public const int LanesMax = 255;
}
