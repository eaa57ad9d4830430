// What a second line with the same option means.
namespace FastMqtt.Configuration;

internal enum OptionRepeat
{
    /// <summary>It takes the place of the first.</summary>
    Replaces,

    /// <summary>It is a mistake, as in Mosquitto.</summary>
    Refused,

    /// <summary>It adds to the first.</summary>
    Adds,
}
