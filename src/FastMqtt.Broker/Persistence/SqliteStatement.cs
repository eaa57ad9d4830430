// A prepared statement: values in as spans, rows out as spans over SQLite's memory, valid until the next step. Text is
// read and written as the UTF-8 it is stored as. Parameters count from 1 and columns from 0, as SQLite counts them.

using System.Text;
using SQLitePCL;

namespace FastMqtt.Broker.Persistence;

internal sealed class SqliteStatement : IDisposable
{
    private const uint Persistent = 1; // SQLITE_PREPARE_PERSISTENT: memory of its own, not the connection's lookaside

    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _connection = connection;
        connection.Check(raw.sqlite3_prepare_v3(connection.Handle, sql, Persistent, out _statement));
    }

    public int Columns => raw.sqlite3_column_count(_statement);

    public void Bind(int parameter, long value) =>
        _connection.Check(raw.sqlite3_bind_int64(_statement, parameter, value));

    public void BindNull(int parameter) => _connection.Check(raw.sqlite3_bind_null(_statement, parameter));

    // An empty span has no address, which the library would take for NULL.
    public void BindText(int parameter, ReadOnlySpan<byte> utf8) => _connection.Check(
        utf8.IsEmpty
            ? raw.sqlite3_bind_text(_statement, parameter, string.Empty)
            : raw.sqlite3_bind_text(_statement, parameter, utf8));

    public void BindText(int parameter, string? text)
    {
        if (text is null)
        {
            BindNull(parameter);
            return;
        }

        _connection.Check(raw.sqlite3_bind_text(_statement, parameter, text));
    }

    public void BindBlob(int parameter, ReadOnlySpan<byte> value) => _connection.Check(
        value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, parameter, 0)
            : raw.sqlite3_bind_blob(_statement, parameter, value));

    /// <summary>Copies a column of another statement's row, whatever its type is.</summary>
    public void BindColumn(int parameter, SqliteStatement row, int column)
    {
        switch (raw.sqlite3_column_type(row._statement, column))
        {
            case raw.SQLITE_INTEGER:
                Bind(parameter, row.Long(column));
                break;
            case raw.SQLITE_TEXT:
                BindText(parameter, row.Bytes(column));
                break;
            case raw.SQLITE_BLOB:
                BindBlob(parameter, row.Bytes(column));
                break;
            default:
                BindNull(parameter); // no table has real numbers
                break;
        }
    }

    /// <summary>True: there is a row, all of it read.</summary>
    public bool Step()
    {
        int code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            throw _connection.Failure(code);
        }

        return false;
    }

    /// <summary>To the end, and ready for the next values.</summary>
    public void Run()
    {
        try
        {
            while (Step())
            {
            }
        }
        finally
        {
            Reset();
        }
    }

    // What it returns is what the last step has thrown already.
    public void Reset() => raw.sqlite3_reset(_statement);

    /// <summary>Drops what is bound: it is a copy, and as large as the last row was.</summary>
    public void Clear() => raw.sqlite3_clear_bindings(_statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>A text or a blob; empty when it is NULL.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public string? Text(int column) => IsNull(column) ? null : Encoding.UTF8.GetString(Bytes(column));

    public void Dispose() => _statement.Dispose();
}
