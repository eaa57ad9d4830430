// The tables of a store, and how a file of an earlier version becomes one of this. A version is a step: steps are only
// ever added, each is one transaction, and a file knows how many it has had: in its header (user_version) and in its
// table meta. Two places, because a header that is damaged must not pass for one of a newer FastMqtt, which is refused.
//
// Every table is STRICT and has a rowid: what is salvaged from a damaged file is found by rowid and judged by the types
// and constraints here. Tables come first and indexes after them, so that VACUUM leaves the roots where they are.

using SQLitePCL;

namespace FastMqtt.Broker.Persistence;

internal static class SqliteSchema
{
    /// <summary>The SQL that leads from each version to the next.</summary>
    public static readonly string[] Steps = [FirstVersion];

    /// <summary>"FMqt": what `file` and a person see the file is.</summary>
    public const long ApplicationId = 0x464D7174;

    // Comments inside a statement are kept in sqlite_schema: `.schema` of the sqlite3 program shows them.
    private const string FirstVersion = """
        CREATE TABLE meta ( -- One row for each fact about the store: its version, and the key of stable hashes.
            name TEXT NOT NULL PRIMARY KEY,
            value ANY NOT NULL
        ) STRICT;
        CREATE TABLE session ( -- One row for each session that outlives its connection. Times: ms since 1970, UTC.
            id INTEGER PRIMARY KEY,
            client_identifier TEXT NOT NULL,
            user_name TEXT, -- NULL: nobody's
            listener TEXT, -- the listener its client came in by last
            expiry_interval INTEGER NOT NULL, -- seconds; 4294967295: never
            disconnected_at INTEGER NOT NULL, -- 0: connected
            will BLOB -- the will message it has left; NULL: none
        ) STRICT;
        CREATE TABLE session_state ( -- What a session has in flight and waiting in memory, as of an entry of the log.
            session INTEGER PRIMARY KEY,
            log_id INTEGER NOT NULL, -- entries of the log up to this one are contained
            content BLOB NOT NULL
        ) STRICT;
        CREATE TABLE subscription ( -- One row for each subscription of a session.
            session INTEGER NOT NULL,
            share_name TEXT NOT NULL, -- empty: not shared
            filter TEXT NOT NULL,
            options INTEGER NOT NULL CHECK (options BETWEEN 0 AND 255), -- as in SUBSCRIBE, without Retain Handling
            identifier INTEGER NOT NULL -- 0: none
        ) STRICT;
        CREATE TABLE segment ( -- One row for each part of a session's queue that has left memory.
            session INTEGER NOT NULL,
            first INTEGER NOT NULL, -- sequence number of its first message
            last INTEGER NOT NULL,
            messages INTEGER NOT NULL,
            bytes INTEGER NOT NULL, -- what they count as in the session's limit
            content BLOB NOT NULL
        ) STRICT;
        CREATE TABLE retained ( -- One row for each retained message.
            topic TEXT NOT NULL,
            qos INTEGER NOT NULL CHECK (qos BETWEEN 0 AND 2),
            expires_at INTEGER NOT NULL, -- ms since 1970, UTC; 0: never
            publisher INTEGER NOT NULL, -- number of the client, for No Local
            client_identifier TEXT, -- these three: whose right to publish is looked at again; NULL: nobody's
            user_name TEXT,
            listener TEXT,
            properties BLOB NOT NULL, -- as in PUBLISH; empty: none
            payload BLOB NOT NULL
        ) STRICT;
        CREATE TABLE log ( -- What has happened since the states of the sessions were written, in order.
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL, -- ms since 1970, UTC
            content BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX subscription_key ON subscription (session, share_name, filter);
        CREATE INDEX segment_head ON segment (session, first, last, messages, bytes);
        CREATE UNIQUE INDEX retained_topic ON retained (topic);
        INSERT INTO meta VALUES ('key', random());
        """;

    /// <summary>The version of a file that may be used; 0: it is empty.</summary>
    /// <exception cref="StoreException">The file is newer than this program, or another program's.</exception>
    /// <exception cref="SqliteException">It is damaged, among others.</exception>
    public static int Verify(SqliteConnection connection, int known, string path)
    {
        long? application = connection.QueryLong("PRAGMA application_id");
        long? version = connection.QueryLong("PRAGMA user_version");
        if (application == 0 && version == 0 && connection.QueryLong("SELECT count(*) FROM sqlite_schema") == 0)
        {
            return 0;
        }

        int inTable = ReadTableVersion(connection);
        if (application != ApplicationId && inTable == 0)
        {
            throw new StoreException($"{path}: the database of another program. Nothing was changed.");
        }

        if (application != ApplicationId || version != inTable)
        {
            throw SqliteException.Damaged($"its header says version {version}, its table {inTable}");
        }

        return inTable <= known
            ? inTable
            : throw new StoreException($"{path}: written by a newer FastMqtt: its version is {inTable}, "
                + $"this program knows {known}. Nothing was changed.");
    }

    /// <summary>Goes the steps that a file of that version has not had.</summary>
    public static void Migrate(SqliteConnection connection, int version, ReadOnlySpan<string> steps)
    {
        for (int i = version; i < steps.Length; i++)
        {
            connection.Execute($"""
                BEGIN IMMEDIATE;
                {steps[i]}
                PRAGMA application_id = {ApplicationId};
                PRAGMA user_version = {i + 1};
                {VersionInTable(i + 1)}
                COMMIT
                """);
        }
    }

    /// <summary>SQL that says it in the table; the header is the other place.</summary>
    public static string VersionInTable(int version) => $"INSERT OR REPLACE INTO meta VALUES ('version', {version});";

    /// <summary>What a file says of itself in its table: 0 when it cannot.</summary>
    public static int ReadTableVersion(SqliteConnection connection)
    {
        try
        {
            return (int)(connection.QueryLong("SELECT value FROM meta WHERE name = 'version'") ?? 0);
        }
        catch (SqliteException exception) when (exception.IsDamage || exception.Primary == raw.SQLITE_ERROR)
        {
            return 0; // no such table, or no such columns
        }
    }
}
