using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EventTorrent.Hosting;

/// <summary>A section of the configuration that this process reads: found where its options were bound, so that no list of them is kept.</summary>
internal sealed record OptionSection(string Name, Type Type)
{
    private IEnumerable<PropertyInfo> Keys => Type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    /// <summary>All sections that were bound, by name.</summary>
    public static IReadOnlyList<OptionSection> Find(IServiceCollection services) =>
    [
        .. from service in services
           where service.ServiceType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(IOptionsChangeTokenSource<>)
           let options = service.ServiceType.GenericTypeArguments[0]
           let name = options.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string
           where name is not null
           group options by (name, options) into section
           orderby section.Key.name
           select new OptionSection(section.Key.name, section.Key.options),
    ];

    /// <summary>One line for each value that can't be used. The values are not in it: they may be secrets.</summary>
    public IEnumerable<string> FindErrors(IConfiguration configuration)
    {
        var section = configuration.GetSection(Name);
        var unreadable = Keys.Where(key => !IsReadable(section.GetSection(key.Name), key.PropertyType)).ToList();
        if (unreadable.Count > 0)
        {
            return unreadable.Select(key => $"{Name}:{key.Name} is not {Describe(key.PropertyType)}.");
        }

        var options = Activator.CreateInstance(Type)!;
        section.Bind(options);
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => $"{string.Join(", ", result.MemberNames.Select(member => $"{Name}:{member}"))}: {result.ErrorMessage}");
    }

    /// <summary>One line for each key: its name, what it takes, and its default.</summary>
    public IEnumerable<string> Describe()
    {
        var defaults = Activator.CreateInstance(Type);
        return Keys.Select(key => $"--{Name}:{key.Name}  {Describe(key.PropertyType)}{DescribeDefault(key.GetValue(defaults))}");
    }

    private static bool IsReadable(IConfigurationSection value, Type type)
    {
        try
        {
            _ = value.Get(type);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    internal static string Describe(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain.IsEnum => string.Join(" or ", Enum.GetNames(plain)),
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(int) || plain == typeof(long) => "a whole number",
            _ when plain == typeof(double) => "a number",
            _ when plain == typeof(TimeSpan) => "a time (hh:mm:ss)",
            _ when plain == typeof(Uri) => "an address",
            _ when plain == typeof(string) => "text",
            _ when plain.IsAssignableTo(typeof(IDictionary<string, string>)) => "texts by name (:name)",
            _ => "a list (:0, :1, ...)",
        };
    }

    private static string DescribeDefault(object? value) => value switch
    {
        null or "" or System.Collections.ICollection { Count: 0 } => "",
        bool flag => flag ? ", default true" : ", default false",
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $", default {value}"),
    };
}
