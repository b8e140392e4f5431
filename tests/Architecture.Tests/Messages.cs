using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using EventTorrent.Contracts;

namespace EventTorrent.Architecture.Tests;

/// <summary>What is said on the bus: the shape of every message, kept in a text that a person approved.</summary>
public sealed class Messages
{
    private const string ApprovedPath = "tests/Architecture.Tests/approved/contracts.txt";
    private const string ApproveVariable = "EVENTTORRENT_APPROVE";

    private static readonly HashSet<Type> Values =
    [
        typeof(string), typeof(bool), typeof(int), typeof(long), typeof(double), typeof(Guid), typeof(TimeSpan), typeof(DateTimeOffset), typeof(byte[]),
    ];

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(byte)] = "byte",
    };

    private static IEnumerable<Type> Public => typeof(Infohash).Assembly.GetExportedTypes().OrderBy(type => type.Name, StringComparer.Ordinal);

    /// <summary>Records that anybody can make; <see cref="MagnetLink"/> is only ever parsed.</summary>
    private static IEnumerable<Type> Records => Public.Where(type => type.IsClass && IsRecord(type) && type.GetConstructors().Length > 0);

    [Fact]
    public void Contracts_hold_messages() => Assert.NotEmpty(Records);

    [Fact]
    public void Types_have_the_namespace_of_the_project() =>
        Rule.HasNoViolations(
            "The transport refuses a message type without a namespace:",
            typeof(Infohash).Assembly.GetTypes()
                .Where(type => type.IsPublic && type.Namespace != "EventTorrent.Contracts")
                .Select(type => type.FullName ?? type.Name));

    [Fact]
    public void Classes_are_sealed_or_static() =>
        Rule.HasNoViolations(
            "A message has no heirs:",
            Public.Where(type => type.IsClass && !type.IsSealed).Select(type => type.Name));

    /// <summary>An interface of a message gets an exchange of its own, and whoever consumes it every message that has it.</summary>
    [Fact]
    public void Interfaces_are_no_messages() =>
        Rule.HasNoViolations(
            "An interface has [ExcludeFromTopology]:",
            Public.Where(type => type.IsInterface && type.GetCustomAttributesData().All(attribute => attribute.AttributeType.Name != "ExcludeFromTopologyAttribute"))
                .Select(type => type.Name));

    [Fact]
    public void Members_are_primitive() =>
        Rule.HasNoViolations(
            "A member is a plain value, a list of them, or a list of records of plain values; enums travel by name:",
            from record in Records
            from member in record.GetProperties()
            where !IsAllowed(member.PropertyType, nested: true)
            select $"{record.Name}.{member.Name}: {member.PropertyType}");

    [Fact]
    public void Members_have_no_defaults() =>
        Rule.HasNoViolations(
            "A default hides what was not said:",
            from record in Records
            from parameter in record.GetConstructors().Single().GetParameters()
            where parameter.HasDefaultValue
            select $"{record.Name}.{parameter.Name}");

    [Fact]
    public void Work_and_reports_name_task_item_and_lease() =>
        Rule.HasNoViolations(
            "What names a work item names its task and its lease too:",
            from record in Records
            let names = record.GetProperties().Select(member => member.Name).ToHashSet()
            where names.Contains("Item") && !(names.Contains("TaskId") && names.Contains("Lease"))
            select record.Name);

    [Fact]
    public void Shapes_are_the_approved_ones()
    {
        var path = Repository.FullPath(ApprovedPath);
        var shapes = Describe();
        if (Environment.GetEnvironmentVariable(ApproveVariable) == "1")
        {
            File.WriteAllText(path, shapes);
        }

        var approved = File.Exists(path) ? File.ReadAllText(path) : "";
        var gone = Missing(approved, shapes).Select(line => "- " + line);
        var added = Missing(shapes, approved).Select(line => "+ " + line);
        Rule.HasNoViolations(
            $"Messages differ from {ApprovedPath}. Members are only ever added, at the end and nullable, as old and new processes "
            + $"talk to each other. If that is so: {ApproveVariable}=1 ./test.sh Architecture",
            approved == shapes ? [] : gone.Concat(added).DefaultIfEmpty("(only the order differs)"));
    }

    private static IEnumerable<string> Missing(string from, string other)
    {
        var known = Qualified(other).ToHashSet();
        return Qualified(from).Where(line => !known.Contains(line));
    }

    /// <summary>Members with the name of their type before them, so that equal members of two types differ.</summary>
    private static IEnumerable<string> Qualified(string text)
    {
        var type = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            type = line.StartsWith(' ') ? type : line;
            yield return line.StartsWith(' ') ? $"{type}: {line.Trim()}" : line;
        }
    }

    private static string Describe()
    {
        var text = new StringBuilder();
        var nullability = new NullabilityInfoContext();
        foreach (var record in Records)
        {
            text.Append("record ").Append(record.Name).Append('\n');
            foreach (var parameter in record.GetConstructors().Single().GetParameters())
            {
                text.Append("  ").Append(parameter.Name).Append(": ").Append(NameOf(nullability.Create(parameter))).Append('\n');
            }
        }

        foreach (var type in Public.Where(type => type.IsEnum))
        {
            text.Append("enum ").Append(type.Name).Append('\n');
            foreach (var value in Enum.GetValues(type))
            {
                text.Append("  ").Append(value).Append(" = ").Append(Convert.ToInt32(value, CultureInfo.InvariantCulture)).Append('\n');
            }
        }

        text.Append("queues\n");
        foreach (var field in typeof(Queues).GetFields().Where(field => field.IsLiteral).OrderBy(field => field.Name, StringComparer.Ordinal))
        {
            text.Append("  ").Append(field.Name).Append(" = ").Append(field.GetRawConstantValue()).Append('\n');
        }

        return text.ToString();
    }

    private static string NameOf(NullabilityInfo info)
    {
        var optional = info.ReadState == NullabilityState.Nullable ? "?" : "";
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        return info.ElementType is { } element ? $"{NameOf(element)}[]{optional}"
            : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", info.GenericTypeArguments.Select(NameOf))}>{optional}"
            : (Keywords.GetValueOrDefault(type) ?? type.Name) + optional;
    }

    private static bool IsAllowed(Type type, bool nested)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return Values.Contains(type)
            || (nested && type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && IsListed(type.GetGenericArguments()[0]));
    }

    private static bool IsListed(Type element) =>
        Values.Contains(element)
        || (element.Assembly == typeof(Infohash).Assembly && IsRecord(element) && !typeof(IEnumerable).IsAssignableFrom(element)
            && element.GetProperties().All(member => IsAllowed(member.PropertyType, nested: false)));

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;
}
