// What becomes of a changed option when the configuration is read again while the broker runs.
namespace FastMqtt.Configuration;

internal enum ReloadRule
{
    /// <summary>The new value holds from then on; for clients from their next connection.</summary>
    Applied,

    /// <summary>The file it names is read again; another file needs a restart.</summary>
    FileOnly,

    /// <summary>The new value holds from the next start.</summary>
    Restart,
}
