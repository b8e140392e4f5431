using EventTorrent.Storage.Model;
using MassTransit;
using MassTransit.SagaStateMachine;

namespace EventTorrent.Sagas.Tests;

/// <summary>Which messages may lead from which state to which other, whatever their conditions.</summary>
internal sealed class Transitions : StateMachineVisitor
{
    private string _state = "";
    private string _event = "";

    public HashSet<(string From, string Event, string To)> All { get; } = [];

    public void Visit(State state, Action<State> next)
    {
        _state = state.Name;
        next(state);
    }

    public void Visit(Event @event, Action<Event> next)
    {
        _event = @event.Name;
        next(@event);
    }

    public void Visit<TMessage>(Event<TMessage> @event, Action<Event<TMessage>> next) where TMessage : class
    {
        // The word on the bus says more than the property's name.
        _event = typeof(TMessage).Name;
        next(@event);
    }

    public void Visit(IStateMachineActivity activity) => Visit(activity, _ => { });

    public void Visit(IStateMachineActivity activity, Action<IStateMachineActivity> next)
    {
        if (activity is TransitionActivity<TorrentTask> { ToState.Name: var to } && to != _state)
        {
            All.Add((_state, _event, to));
        }

        next(activity);
    }

    public void Visit<T>(IBehavior<T> behavior) where T : class, SagaStateMachineInstance
    {
    }

    public void Visit<T>(IBehavior<T> behavior, Action<IBehavior<T>> next) where T : class, SagaStateMachineInstance => next(behavior);

    public void Visit<T, TMessage>(IBehavior<T, TMessage> behavior) where T : class, SagaStateMachineInstance where TMessage : class
    {
    }

    public void Visit<T, TMessage>(IBehavior<T, TMessage> behavior, Action<IBehavior<T, TMessage>> next)
        where T : class, SagaStateMachineInstance where TMessage : class => next(behavior);
}
