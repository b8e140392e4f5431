using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace EventTorrent.Storage;

/// <summary>
/// Reads an entity from the rows of a statement of our own, as the model says where each column goes. The few statements
/// that run for every report do without EF Core's queries, which cost more than the statements themselves.
/// </summary>
internal sealed class RowShape<T> where T : class, new()
{
    private static readonly ConditionalWeakTable<IModel, RowShape<T>> Known = [];

    private readonly List<Column> _columns;

    private RowShape(IModel model) => _columns = [.. model.FindEntityType(typeof(T))!.GetProperties().Select(property => new Column(property))];

    public int Count => _columns.Count;

    public static RowShape<T> Of(TorrentDb db) => Known.GetValue(db.Model, static model => new RowShape<T>(model));

    /// <summary>What a statement selects of the table with this alias.</summary>
    public string Columns(string alias) => string.Join(", ", _columns.Select(column => $"{alias}.{column.Name}"));

    /// <param name="first">Where the entity's columns begin in the row.</param>
    public T Read(DbDataReader row, int first)
    {
        var entity = new T();
        for (var column = 0; column < _columns.Count; column++)
        {
            // What is null in the row is null in a new entity, too.
            if (!row.IsDBNull(first + column))
            {
                _columns[column].Read(row, first + column, entity);
            }
        }

        return entity;
    }

    private sealed class Column(IProperty property)
    {
        private readonly Func<object?, object?>? _convert = property.GetTypeMapping().Converter?.ConvertFromProvider;
        private readonly bool _isInstant = property.ClrType == typeof(DateTimeOffset) || property.ClrType == typeof(DateTimeOffset?);

        public string Name { get; } = property.GetColumnName();

        public void Read(DbDataReader row, int ordinal, T entity)
        {
            var value = _isInstant ? row.GetFieldValue<DateTimeOffset>(ordinal) : row.GetValue(ordinal);
            property.PropertyInfo!.SetValue(entity, _convert is null ? value : _convert(value));
        }
    }
}
