// A mistake in a configuration file or an option, told in one line that names the file and the entry.
// Thrown by the readers of this folder, printed by Program, exit code 2.
namespace FastMqtt.Compare.Configuration;

public sealed class ConfigurationException : Exception
{
    public ConfigurationException()
    {
    }

    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
