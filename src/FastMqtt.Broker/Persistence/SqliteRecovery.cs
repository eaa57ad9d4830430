// Tells a reader what a store holds, and remembers how far it has come: when a file proves to be damaged on the way, it
// goes on in the file that was salvaged from it, so that the reader hears of every row once. Rows come in the order of
// their keys, and one that does not is damage too: it would be told twice, or for ever.

namespace FastMqtt.Broker.Persistence;

internal sealed class SqliteRecovery(IStoreReader reader)
{
    // One client retains many messages: a reader that keeps their names keeps one of each.
    private readonly LastText _clientIdentifier = new();
    private readonly LastText _userName = new();
    private readonly LastText _listener = new();

    private Table _table;
    private long _key = long.MinValue;
    private long _second = long.MinValue;

    private enum Table
    {
        Session,
        Subscription,
        Segment,
        Retained,
        Log,
        End,
    }

    /// <exception cref="SqliteException">When it is damage: call again, with the salvaged file.</exception>
    public void Run(SqliteConnection connection)
    {
        while (_table != Table.End)
        {
            switch (_table)
            {
                case Table.Session:
                    ReadSessions(connection);
                    break;
                case Table.Subscription:
                    ReadSubscriptions(connection);
                    break;
                case Table.Segment:
                    ReadSegments(connection);
                    break;
                case Table.Retained:
                    ReadRetained(connection);
                    break;
                case Table.Log:
                    ReadLog(connection);
                    break;
            }

            _table++;
            _key = long.MinValue;
            _second = long.MinValue;
        }
    }

    private void ReadSessions(SqliteConnection connection)
    {
        using SqliteStatement row = Select(connection, """
            SELECT id, client_identifier, user_name, listener, expiry_interval, disconnected_at, will,
                log_id, content
            FROM session LEFT JOIN session_state ON session_state.session = session.id
            WHERE id > ?1 ORDER BY id
            """);
        while (row.Step())
        {
            Advance(row.Long(0));
            var session = new SessionRow(
                row.Long(0),
                row.Bytes(1).ToArray(),
                row.Text(2),
                row.Text(3),
                (uint)row.Long(4),
                row.Long(5),
                row.IsNull(6) ? null : row.Bytes(6).ToArray());
            reader.OnSession(session, row.Long(7), row.Bytes(8));
        }
    }

    private void ReadSubscriptions(SqliteConnection connection)
    {
        CompareIndex(connection, "subscription", "subscription_key");
        using SqliteStatement row = Select(connection, """
            SELECT rowid, session, share_name, filter, options, identifier
            FROM subscription NOT INDEXED WHERE rowid > ?1 ORDER BY rowid
            """);
        while (row.Step())
        {
            Advance(row.Long(0));
            var subscription = new SubscriptionRow
            {
                Session = row.Long(1),
                ShareName = row.Bytes(2),
                Filter = row.Bytes(3),
                Options = (byte)row.Long(4),
                Identifier = (uint)row.Long(5),
            };
            reader.OnSubscription(in subscription);
        }
    }

    // The index holds all of a head: not a page of the content is read.
    private void ReadSegments(SqliteConnection connection)
    {
        using var row = new SqliteStatement(connection, """
            SELECT session, first, last, messages, bytes
            FROM segment INDEXED BY segment_head
            WHERE (session, first) > (?1, ?2) ORDER BY session, first
            """);
        row.Bind(1, _key);
        row.Bind(2, _second);
        while (row.Step())
        {
            Advance(row.Long(0), row.Long(1));
            var segment = new SegmentRow(row.Long(0), row.Long(1), row.Long(2), (int)row.Long(3), row.Long(4));
            reader.OnSegment(in segment);
        }
    }

    private void ReadRetained(SqliteConnection connection)
    {
        CompareIndex(connection, "retained", "retained_topic");
        using SqliteStatement row = Select(connection, """
            SELECT rowid, topic, qos, expires_at, publisher, client_identifier, user_name, listener, properties, payload
            FROM retained NOT INDEXED WHERE rowid > ?1 ORDER BY rowid
            """);
        while (row.Step())
        {
            Advance(row.Long(0));
            var retained = new RetainedRow
            {
                Topic = row.Bytes(1),
                QoS = (byte)row.Long(2),
                ExpiresAt = row.Long(3),
                Publisher = unchecked((ulong)row.Long(4)),
                ClientIdentifier = _clientIdentifier.Read(row, 5),
                UserName = _userName.Read(row, 6),
                Listener = _listener.Read(row, 7),
                Properties = row.Bytes(8),
                Payload = row.Bytes(9),
            };
            reader.OnRetained(in retained);
        }
    }

    private void ReadLog(SqliteConnection connection)
    {
        using SqliteStatement row =
            Select(connection, "SELECT id, content FROM log WHERE id > ?1 ORDER BY id");
        while (row.Step())
        {
            Advance(row.Long(0));
            reader.OnLog(row.Long(0), row.Bytes(1));
        }
    }

    private SqliteStatement Select(SqliteConnection connection, string sql)
    {
        var statement = new SqliteStatement(connection, sql);
        statement.Bind(1, _key);
        return statement;
    }

    private void Advance(long key, long second = 0)
    {
        if (key < _key || (key == _key && second <= _second))
        {
            throw SqliteException.Damaged($"rows of table {_table} are out of order");
        }

        _key = key;
        _second = second;
    }

    // Writing needs the index, so what is wrong with it should show now. Neither count reads content.
    private static void CompareIndex(SqliteConnection connection, string table, string index)
    {
        long? rows = connection.QueryLong($"SELECT count(*) FROM {table} NOT INDEXED");
        long? entries = connection.QueryLong($"SELECT count(*) FROM {table} INDEXED BY {index}");
        if (rows != entries)
        {
            throw SqliteException.Damaged($"table {table} has {rows} rows, its index {entries}");
        }
    }

    private sealed class LastText
    {
        private byte[] _bytes = [];
        private string? _text;

        public string? Read(SqliteStatement row, int column)
        {
            if (row.IsNull(column))
            {
                return null;
            }

            ReadOnlySpan<byte> bytes = row.Bytes(column);
            if (_text is null || !bytes.SequenceEqual(_bytes))
            {
                _text = System.Text.Encoding.UTF8.GetString(bytes);
                _bytes = bytes.ToArray();
            }

            return _text;
        }
    }
}
