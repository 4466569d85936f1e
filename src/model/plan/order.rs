//! An order of resources by their dependencies.

use crate::model::ids::ResourceId;

/// The resources in an order in which each is after all that it depends on.
///
/// It answers at once that most resources do not depend on each other, so that a search visits few of them.
#[derive(Clone, Debug)]
pub(in crate::model) struct Order {
    /// For each resource, the lowest rank of what it depends on, and its own; resources of one circle share them.
    ranks: Vec<(usize, usize)>,
}

impl Order {
    /// Orders resources; `targets` has what each of them uses.
    ///
    /// This is Tarjan's algorithm for strongly connected components, which finds them in this order.
    pub(super) fn of(targets: &[Vec<ResourceId>]) -> Self {
        let mut search = Search {
            targets,
            ranks: vec![None; targets.len()],
            found: vec![None; targets.len()],
            next: 0,
            open: Vec::new(),
            lowest: Vec::new(),
        };
        for start in 0..targets.len() {
            if search.found[start].is_none() {
                search.visit(start);
            }
        }
        let ranks = search.ranks.into_iter();
        let ranks = ranks.map(|rank| rank.map_or((0, usize::MAX), |rank| (search.lowest[rank], rank)));
        Self { ranks: ranks.collect() }
    }

    /// Returns whether a resource may be another one or depend on it; if not, it does not.
    pub(super) fn may_reach(&self, user: ResourceId, target: ResourceId) -> bool {
        let (lowest, highest) = self.ranks[user.0];
        (lowest..=highest).contains(&self.ranks[target.0].1)
    }
}

struct Search<'t> {
    targets: &'t [Vec<ResourceId>],
    /// The rank of each resource, once all that it depends on has one.
    ranks: Vec<Option<usize>>,
    /// The number under which each resource was found.
    found: Vec<Option<usize>>,
    next: usize,
    /// The resources that were found and have no rank.
    open: Vec<usize>,
    /// The lowest rank that those of a rank depend on.
    lowest: Vec<usize>,
}

/// A resource that is being visited.
struct Visit {
    resource: usize,
    /// The number of its targets that were visited.
    done: usize,
    /// The first resource that it leads back to, by its number.
    first: usize,
}

impl Search<'_> {
    fn visit(&mut self, start: usize) {
        let mut path = vec![self.begin(start)];
        while let Some(visit) = path.last_mut() {
            let Some(target) = self.targets[visit.resource].get(visit.done) else {
                let (resource, first) = (visit.resource, visit.first);
                path.pop();
                if let Some(user) = path.last_mut() {
                    user.first = user.first.min(first);
                }
                if self.found[resource] == Some(first) {
                    self.close(resource);
                }
                continue;
            };
            visit.done += 1;
            match (self.found[target.0], self.ranks[target.0]) {
                (None, _) => {
                    let begun = self.begin(target.0);
                    path.push(begun);
                }
                (Some(number), None) => visit.first = visit.first.min(number),
                (Some(_), Some(_)) => {}
            }
        }
    }

    fn begin(&mut self, resource: usize) -> Visit {
        let first = self.next;
        self.next += 1;
        self.found[resource] = Some(first);
        self.open.push(resource);
        Visit {
            resource,
            done: 0,
            first,
        }
    }

    /// Gives the next rank to a resource, and to those of its circle.
    fn close(&mut self, resource: usize) {
        let rank = self.lowest.len();
        let at = self.open.iter().rposition(|open| *open == resource);
        let circle = self.open.split_off(at.unwrap_or_default());
        for &member in &circle {
            self.ranks[member] = Some(rank);
        }
        let targets = circle.iter().flat_map(|&member| &self.targets[member]);
        let ranks = targets.filter_map(|target| self.ranks[target.0]);
        let lowest = ranks.filter_map(|rank| self.lowest.get(rank).copied()).min();
        self.lowest.push(lowest.map_or(rank, |lowest| lowest.min(rank)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(targets: &[&[usize]]) -> Order {
        let ids = |targets: &&[usize]| targets.iter().copied().map(ResourceId).collect();
        Order::of(&targets.iter().map(ids).collect::<Vec<_>>())
    }

    fn reaches(targets: &[&[usize]], user: usize, target: usize) -> bool {
        let mut pending = vec![user];
        let mut seen = vec![false; targets.len()];
        while let Some(next) = pending.pop() {
            if !std::mem::replace(&mut seen[next], true) {
                pending.extend(targets[next]);
            }
        }
        seen[target]
    }

    #[test]
    fn never_denies_a_dependency() {
        for targets in [
            &[&[1, 2][..], &[3], &[3], &[], &[0]][..],
            &[&[1], &[2], &[0, 3], &[4], &[3], &[1, 5]],
            &[&[], &[0], &[1], &[2, 0], &[2], &[4, 3]],
        ] {
            let order = order(targets);
            for user in 0..targets.len() {
                for target in 0..targets.len() {
                    let may_reach = order.may_reach(ResourceId(user), ResourceId(target));
                    assert!(
                        may_reach || !reaches(targets, user, target),
                        "{targets:?}: {user} to {target}"
                    );
                }
            }
        }
    }

    #[test]
    fn denies_what_comes_later_and_other_branches() {
        // A chain of locals, with a resource at its end and another one beside it.
        let order = order(&[&[1], &[2], &[], &[0], &[]]);
        assert!(order.may_reach(ResourceId(3), ResourceId(2)));
        assert!(!order.may_reach(ResourceId(0), ResourceId(3)));
        assert!(!order.may_reach(ResourceId(4), ResourceId(0)));
    }
}
