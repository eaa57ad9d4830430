// Copies what can be read of one table of a damaged file. Walks it by rowid; where that fails, a row whose content is
// unreadable is left out, and behind a page that is unreadable the first rowid is searched for from which on it works
// again: in leaps that double, then by halving. What the new table's types and constraints refuse is left out too.

namespace FastMqtt.Broker.Persistence;

internal sealed class SqliteTableCopy : IDisposable
{
    private readonly SqliteConnection _target;
    private readonly SqliteStatement _walk;
    private readonly SqliteStatement _seek;
    private readonly SqliteStatement _insert;
    private readonly int _columns;

    // All rowids below this one have been dealt with.
    private long _next = long.MinValue;

    private SqliteTableCopy(SqliteConnection source, SqliteConnection target, string table)
    {
        List<string> columns = ColumnsOf(target, table);
        string names = string.Join(", ", columns);
        var parameters = new List<string>();
        for (int i = 1; i <= columns.Count + 1; i++)
        {
            parameters.Add($"?{i}");
        }

        _target = target;
        _columns = columns.Count;
        _insert = new SqliteStatement(
            target, $"INSERT OR REPLACE INTO {table} (rowid, {names}) VALUES ({string.Join(", ", parameters)})");
        _walk = new SqliteStatement(
            source, $"SELECT rowid, {names} FROM {table} NOT INDEXED WHERE rowid >= ?1 ORDER BY rowid");
        _seek = new SqliteStatement(
            source, $"SELECT rowid FROM {table} NOT INDEXED WHERE rowid >= ?1 ORDER BY rowid LIMIT 1");
    }

    /// <summary>How many rows were copied.</summary>
    public static long Run(SqliteConnection source, SqliteConnection target, string table)
    {
        using var copy = new SqliteTableCopy(source, target, table);
        copy.Run();
        return target.QueryLong($"SELECT count(*) FROM {table}") ?? 0;
    }

    public void Dispose()
    {
        _walk.Dispose();
        _seek.Dispose();
        _insert.Dispose();
    }

    private void Run()
    {
        while (!TryWalk() && TrySkip())
        {
        }
    }

    // False: it met damage.
    private bool TryWalk()
    {
        try
        {
            _walk.Bind(1, _next);
            while (Step(_walk) is { } rowid)
            {
                Insert();
                if (rowid == long.MaxValue)
                {
                    break;
                }

                _next = rowid + 1;
            }

            return true;
        }
        catch (SqliteException exception) when (exception.IsDamage)
        {
            return false;
        }
        finally
        {
            _walk.Reset();
        }
    }

    private void Insert()
    {
        try
        {
            for (int i = 0; i <= _columns; i++)
            {
                _insert.BindColumn(i + 1, _walk, i);
            }

            _insert.Run();
        }
        catch (SqliteException exception) when (exception.Primary == SQLitePCL.raw.SQLITE_CONSTRAINT)
        {
            // Not a row that anybody has written.
        }
    }

    // False: there is nothing more.
    private bool TrySkip()
    {
        if (TrySeek(_next, out long? rowid))
        {
            return TryMoveTo(rowid is null or long.MaxValue ? null : rowid + 1);
        }

        // Rowids are positive, as long as nobody chooses others.
        long fails = Math.Max(_next, 0);
        ulong leap = 1;
        long works;
        while (true)
        {
            if (leap > (ulong)(long.MaxValue - fails))
            {
                return false;
            }

            works = fails + (long)leap;
            if (TrySeek(works, out rowid))
            {
                break;
            }

            leap *= 2;
            fails = works;
        }

        while (works - fails > 1)
        {
            long middle = fails + ((works - fails) / 2);
            if (TrySeek(middle, out long? found))
            {
                works = middle;
                rowid = found;
            }
            else
            {
                fails = middle;
            }
        }

        return TryMoveTo(rowid);
    }

    private bool TryMoveTo(long? next)
    {
        _next = next ?? _next;
        return next is not null;
    }

    /// <summary>The first row at or behind a rowid; false: it cannot be read.</summary>
    private bool TrySeek(long from, out long? rowid)
    {
        rowid = null;
        try
        {
            _seek.Bind(1, from);
            rowid = _seek.Step() ? _seek.Long(0) : null;
            return rowid is null || rowid >= from;
        }
        catch (SqliteException exception) when (exception.IsDamage)
        {
            return false;
        }
        finally
        {
            _seek.Reset();
        }
    }

    private long? Step(SqliteStatement walk)
    {
        if (!walk.Step())
        {
            return null;
        }

        return walk.Long(0) >= _next ? walk.Long(0) : throw SqliteException.Damaged("rows are out of order");
    }

    // The rowid goes by that name only.
    private static List<string> ColumnsOf(SqliteConnection target, string table)
    {
        var columns = new List<string>();
        using var row = new SqliteStatement(
            target, $"SELECT name FROM pragma_table_info('{table}') WHERE NOT (pk = 1 AND type = 'INTEGER')");
        while (row.Step())
        {
            columns.Add(row.Text(0)!);
        }

        return columns;
    }
}
