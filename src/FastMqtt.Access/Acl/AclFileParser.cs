// An access control list's lines, by the rules told in AclFile. Knows no client. Called by AclFile.

using System.Text;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Access;

internal static class AclFileParser
{
    // As Mosquitto: at most so many separators in a filter.
    private const int LevelsMax = 201;

    private const byte Space = (byte)' ';

    public static AclTable Parse(string path, ILogger log)
    {
        ReadOnlySpan<byte> rest = AccessFileLines.ReadAll(path);
        var table = new AclTable();
        RuleTrie topics = table.Anonymous;
        for (int number = 1; AccessFileLines.TryNext(ref rest, out ReadOnlySpan<byte> line); number++)
        {
            ReadOnlySpan<byte> words = line[..line.TrimEnd(" \t\r\n\v\f"u8).Length];
            if (words.StartsWith((byte)'#'))
            {
                continue;
            }

            ReadOnlySpan<byte> keyword = AccessFileLines.NextToken(ref words, Space);
            if (keyword.SequenceEqual("topic"u8))
            {
                ReadOnlySpan<byte> filter = ParseFilter(path, number, words, out RuleKinds kinds);
                topics.Add(filter, kinds);
            }
            else if (keyword.SequenceEqual("pattern"u8))
            {
                AddPattern(path, number, words, table.Patterns, log);
            }
            else if (keyword.SequenceEqual("user"u8))
            {
                topics = FindOrAddUser(path, number, words, table);
            }
            else if (!keyword.IsEmpty)
            {
                throw AccessFileException.At(path, number, "neither 'topic', 'pattern' nor 'user'");
            }
        }

        return table;
    }

    private static RuleTrie FindOrAddUser(string path, int number, ReadOnlySpan<byte> words, AclTable table)
    {
        ReadOnlySpan<byte> name = AccessFileLines.Trim(words);
        if (name.IsEmpty || !Utf8Text.IsValid(name))
        {
            throw AccessFileException.At(path, number, "no user name, or one that no client can have");
        }

        string userName = Encoding.UTF8.GetString(name);
        if (!table.Users.TryGetValue(userName, out RuleTrie? topics))
        {
            topics = new RuleTrie();
            table.Users.Add(userName, topics);
        }

        return topics;
    }

    private static void AddPattern(
        string path, int number, ReadOnlySpan<byte> words, RuleTrie patterns, ILogger log)
    {
        ReadOnlySpan<byte> filter = ParseFilter(path, number, words, out RuleKinds kinds);
        bool hasUserName = filter.IndexOf("%u"u8) >= 0;
        if (!hasUserName && filter.IndexOf("%c"u8) < 0)
        {
            AccessLog.PatternWithoutSubstitution(log, path, number);
        }

        patterns.Add(filter, kinds, substitutes: true, needsUserName: hasUserName);
    }

    private static ReadOnlySpan<byte> ParseFilter(
        string path, int number, ReadOnlySpan<byte> words, out RuleKinds kinds)
    {
        ReadOnlySpan<byte> access = AccessFileLines.NextToken(ref words, Space);
        ReadOnlySpan<byte> filter = AccessFileLines.Trim(words);
        if (access.IsEmpty)
        {
            throw AccessFileException.At(path, number, "no topic");
        }

        if (filter.IsEmpty)
        {
            filter = access;
            kinds = RuleKinds.Read | RuleKinds.Write;
        }
        else
        {
            kinds = KindsOf(access);
            if (kinds == RuleKinds.None)
            {
                string given = Encoding.UTF8.GetString(access);
                throw AccessFileException.At(
                    path, number, $"'{given}' is neither 'read', 'write', 'readwrite' nor 'deny'");
            }
        }

        if (!TopicFilter.IsValid(filter) || TopicFilter.CountLevels(filter) > LevelsMax)
        {
            string given = Encoding.UTF8.GetString(filter);
            throw AccessFileException.At(path, number, $"'{given}' is not a valid topic filter");
        }

        return filter;
    }

    private static RuleKinds KindsOf(ReadOnlySpan<byte> access)
    {
        if (access.SequenceEqual("read"u8))
        {
            return RuleKinds.Read;
        }

        if (access.SequenceEqual("write"u8))
        {
            return RuleKinds.Write;
        }

        if (access.SequenceEqual("readwrite"u8))
        {
            return RuleKinds.Read | RuleKinds.Write;
        }

        return access.SequenceEqual("deny"u8) ? RuleKinds.Deny : RuleKinds.None;
    }
}
