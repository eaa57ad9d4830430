// The programs that make load, and the folder that relative paths start from: the repository's root.
namespace FastMqtt.Compare.Running;

public sealed record Tools(string Folder, string Load, string Bench);
