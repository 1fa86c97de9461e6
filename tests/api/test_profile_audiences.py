from tidings.pipeline.audiences import AudienceStep


async def test_a_user_is_asked_which_audiences_they_are_in(api, services):
    """Each with its name, since when and why; a user that nobody told us about is in none."""
    await api.put("/profiles/ann", json={"profile": {"title": "Engineer"}})
    wanted = {"name": "Who builds", "filter": {"operator": "EQ", "path": "title", "value": "Engineer"}}
    await api.put("/audiences/engineers", json=wanted)
    step = AudienceStep(store=services.audiences, clock=services.clock)
    while await step.run_once():
        pass

    found = (await api.get("/profiles/ann/audiences")).json()

    (audience,) = found["results"]
    assert audience.pop("added_at")
    assert audience == {"id": "engineers", "name": "Who builds", "reason": "EQ('title', 'Engineer') => true"}
    assert (await api.get("/profiles/nobody/audiences")).json()["results"] == []
